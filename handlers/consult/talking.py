"""How the talk goes on: a closed question's answer, what leans on the last topic, what did not help."""

from dataclasses import replace

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.composing import (
    PERSON,
    Consultation,
    Desk,
    after_answer,
    basis,
    checked,
    compose,
    link_of,
    trial_words,
)
from handlers.consult.following import head, mentions, told, unwritten, written
from handlers.consult.leaning import LONGEST, Aspect, Leaning, leaning
from handlers.consult.recent import SAID, Recent
from handlers.consult.sayings import USEFUL, USELESS
from handlers.consult.service import consult
from handlers.consult.unanswered import mark_of
from handlers.facts import AnswerUnsolved, QuestionMissed
from knowledge.decision import Decision, Outcome
from knowledge.entry import Entry, Risk
from knowledge.topics import TOPICS

QUESTIONS = 2
"""Closed questions in a row; then the best answer with what it assumes, or a person."""
_NEAR = 3
_BY_ITSELF = frozenset({Outcome.URGENT, Outcome.REFUSE, Outcome.ESCALATE, Outcome.REFER})


def heard(desk: Desk, recent: Recent, words: str, message: int) -> Reply:
    """The reply to words, given how the talk stands. Args: message: the id of these words."""
    if recent.options:
        return _to_question(desk, recent, words, message)
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is not None:
        reply = _going_on(desk, recent, entry, words, message)
        if reply is not None:
            return reply
    return fresh(desk, consult(desk, words), words, message)


def answers(desk: Desk, recent: Recent, words: str) -> bool:
    """Whether short words answer the deciding question of the last entry, or say how its answer was."""
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is None or len(words) > 2 * LONGEST:
        return False
    plain = desk.plain(words)
    if plain in USELESS or plain in USEFUL:
        return True
    return bool(entry.ask) and len(plain) <= LONGEST and told(entry, desk.normal.clean(words)) is not None


def fresh(desk: Desk, found: Consultation, words: str, message: int) -> Reply:
    """The reply to a question of its own, with what is to be remembered of it."""
    decision = found.decision
    if decision.decision is Outcome.ANSWER:
        kept = Recent(entry_of(found), message, words[:SAID], decides=decision.ask is not None)
        return found.as_reply(memory=kept.kept())
    reply = found.as_reply()
    if decision.decision is Outcome.SMALLTALK:
        return reply
    if decision.decision is Outcome.CLARIFY and not decision.found:
        return reply._replace(memory={}, facts=missed(desk, words, _options(decision), "nothing"))
    options = tuple(one for one in _options(decision) if not _is_topic(desk, one))
    if decision.decision is Outcome.CLARIFY and options:
        return reply._replace(memory=Recent(said=words[:SAID], options=options, asked=1).kept())
    return reply._replace(memory={})


def entry_of(found: Consultation) -> str:
    """The entry or guide that answers, empty for none."""
    source = found.decision.source
    return source.id if source is not None else ""


# -- a closed question is open ------------------------------------------------------------------


def _to_question(desk: Desk, recent: Recent, words: str, message: int) -> Reply:
    """Words of one's own in place of a number."""
    alone = consult(desk, words)
    found = alone.decision
    about = set(_topics_of(desk, recent.options))
    if found.kind == "entry":
        near = found.entry in recent.options or (found.source is not None and found.source.topic in about)
        return fresh(desk, alone, words, message) if near else _beside(desk, recent, alone, words, message)
    if found.decision in (Outcome.URGENT, Outcome.ESCALATE):
        return fresh(desk, alone, words, message)
    if found.decision not in (Outcome.ANSWER, Outcome.CLARIFY):
        return _beside(desk, recent, alone, words, message)
    said = words if words.startswith(recent.said) else f"{recent.said}\n{words}"
    joined = desk.matcher.decide(said)
    if joined.decision is not Outcome.CLARIFY:
        return fresh(desk, compose(desk, joined), said, message)
    if found.found and not _topics(desk, found) & about:
        if found.decision is Outcome.ANSWER:
            return _beside(desk, recent, alone, words, message)
        return fresh(desk, alone, words, message)  # another matter, with a question of its own
    options = _options(joined)
    if joined.found and recent.asked < QUESTIONS and set(options) != set(recent.options):
        reply = compose(desk, joined).as_reply()._replace(decision="clarify:2")
        return reply._replace(memory=Recent(said=said[:SAID], options=options, asked=recent.asked + 1).kept())
    return _best(desk, recent, said, message)


def _beside(desk: Desk, recent: Recent, alone: Consultation, words: str, message: int) -> Reply:
    """Words that have nothing to do with the question: answered briefly, asked again once, then left."""
    if recent.again:
        reply = fresh(desk, alone, words, message)
        return reply._replace(memory={}) if reply.memory is None else reply
    source = alone.decision.source
    lines = [alone.decision.text]
    if source is not None:
        lines += [basis(alone.decision.citations), checked(source)]
        lines += [trial_words()] if desk.trial else []
    lines += ["", _("刚才那件事，您说的是下面哪一样？")]
    titles = [(one, entry.title) for one in recent.options if (entry := desk.matcher.library.get(one))]
    choices = tuple(Choice(title, pick=f"entry:{one}") for one, title in titles)
    return Reply(
        "\n".join(lines),
        (*choices, Choice(_("都不是"), pick="none")),
        decision=alone.key,
        memory=replace(recent, again=True).kept(),
    )


def _best(desk: Desk, recent: Recent, said: str, message: int) -> Reply:
    """After two questions: the likeliest answer with what it assumes, or a person where that could harm."""
    entry = desk.matcher.library.get(recent.options[0])
    found = desk.matcher.answer(recent.options[0])
    if entry is None or found is None or entry.risk is Risk.HIGH:
        say = _("这件事我没弄清，不敢乱说，要请工作人员来看。")
        return Reply(say, decision="escalate:clarify", memory={})
    shown = compose(desk, found)
    say = _("我先按“{title}”来说，您看合不合。").format(title=entry.title)
    reply = shown.as_reply()._replace(text=f"{say}\n{shown.body}", decision=f"answer:{entry.id}:assumed")
    return reply._replace(memory=Recent(entry.id, message, said[:SAID]).kept())


def none_of_them(desk: Desk, recent: Recent) -> Reply:
    """None of the titles: once more by topic, with a person. It counts as a miss."""
    guides, present = desk.matcher.library.guides, {entry.topic for entry in desk.matcher.library}
    wanted = [*_topics_of(desk, recent.options), *desk.matcher.triage.default_topics]
    topics = [topic for topic in dict.fromkeys(wanted) if topic in present][:_NEAR]
    choices = tuple(
        Choice(TOPICS[topic], pick=f"entry:{guides[topic].id}" if topic in guides else f"topic:{topic}")
        for topic in topics
    )
    say = _("那是下面哪一类？都不像的，请换个说法再说一次，或者回复“找人”。")
    return Reply(
        say,
        (*choices, Choice(_("找人"), go=PERSON)),
        decision="clarify:none",
        found=False,
        memory=Recent(said=recent.said).kept(),
        facts=missed(desk, recent.said, recent.options, "none"),
    )


# -- something was answered ---------------------------------------------------------------------


def _going_on(desk: Desk, recent: Recent, entry: Entry, words: str, message: int) -> Reply | None:
    """The reply to words that go on with the last topic; None for a matter of their own."""
    clean = desk.normal.clean(words)
    plain = desk.plain(words)
    if plain in USELESS:
        return unsolved(desk, recent, entry.id)
    short = len(plain) <= LONGEST
    lean = leaning(plain) if short else None
    option = told(entry, clean) if entry.ask and short else None
    if lean is None and option is None and not recent.missing:
        return None
    alone = consult(desk, words)
    if lean is not None and _leans(desk, entry, lean, alone.decision):
        return _follow(desk, recent, entry, lean, words, message)
    source = alone.decision.source
    if option is not None and recent.decides and source is not None and source.topic == entry.topic:
        return _told(desk, recent, entry, option, message)  # the question was just asked
    if alone.decision.kind == "entry" and alone.decision.entry != entry.id:
        return fresh(desk, alone, words, message)
    if alone.decision.decision in _BY_ITSELF or alone.decision.decision is Outcome.SMALLTALK:
        return fresh(desk, alone, words, message)
    if recent.missing and option is None:
        return _after_missing(desk, recent, entry, words, message)
    if option is None or (alone.decision.found and entry.topic not in _topics(desk, alone.decision)):
        return fresh(desk, alone, words, message)
    return _told(desk, recent, entry, option, message)


def _leans(desk: Desk, entry: Entry, lean: Leaning, alone: Decision) -> bool:
    """Whether words lean on the last topic: they bring no matter, or one that its entry speaks of."""
    if alone.decision in _BY_ITSELF:
        return False
    matter = [part for part in lean.matter.split() if len(part) > 1]
    if not matter:
        return True
    if alone.kind == "entry" and (alone.entry != entry.id or not lean.led):
        return False  # a whole question, though it is the same one again
    if mentions(entry, " ".join(matter)):
        return True
    return lean.led and not (alone.found and entry.topic not in _topics(desk, alone))


def _follow(desk: Desk, recent: Recent, entry: Entry, lean: Leaning, words: str, message: int) -> Reply:
    """What the last entry says about it, or another one of its topic; or that nothing is written there."""
    if lean.aspect in (Aspect.REFUSED, Aspect.WHAT_IF):
        option = told(entry, desk.normal.clean(words))
        if option is not None:
            return _told(desk, recent, entry, option, message)
    kept = replace(recent.without_question(), entry=entry.id, message=message)
    text = written(entry, lean)
    if text:
        return _said(desk, entry, lean, text, kept)
    joined = desk.matcher.decide(f"{entry.title}\n{words}")
    source = joined.source
    if joined.kind == "entry" and source is not None and source.topic == entry.topic and source != entry:
        reply = compose(desk, joined).as_reply()
        return reply._replace(memory=replace(kept, entry=source.id).kept())
    return Reply(
        unwritten(entry),
        after_answer(entry)[1:],
        link=link_of(desk, entry),
        decision=f"answer:{entry.id}:unwritten",
        memory=kept.kept(),
        facts=missed(desk, words, (entry.id,), "unwritten"),
    )


def _said(desk: Desk, entry: Entry, lean: Leaning, text: str, kept: Recent) -> Reply:
    link = link_of(desk, entry)
    lines = [
        head(entry),
        text,
        "" if lean.aspect is Aspect.WHY else basis(entry.citations),
        checked(entry),
        _("详细：{link}").format(link=link),
        trial_words() if desk.trial else "",
    ]
    body = "\n".join(line for line in lines if line)
    decision = f"answer:{entry.id}:{lean.aspect.value}"
    return Reply(body, after_answer(entry), link=link, decision=decision, memory=kept.kept())


def _told(desk: Desk, recent: Recent, entry: Entry, option: tuple[int, int], message: int) -> Reply:
    """The deciding question, answered in words of one's own."""
    found = desk.matcher.branch(entry.id, *option)
    assert found is not None
    shown = compose(desk, found)
    kept = replace(recent.without_question(), entry=entry_of(shown), message=message)
    decision = f"{shown.key}:told{option[0]}{option[1]}"
    return shown.as_reply()._replace(decision=decision, memory=kept.kept())


# -- it did not help -----------------------------------------------------------------------------


def unsolved(desk: Desk, recent: Recent, entry_id: str) -> Reply:
    """没解决: what is missing, with the nearest others; the second time a person. It counts as a miss."""
    entry = desk.matcher.library.get(entry_id)
    message = recent.message if recent.entry == entry_id else 0
    facts = (AnswerUnsolved(message), *missed(desk, recent.said, (entry_id,), "unsolved"))
    if recent.unsolved or entry is None:
        return _to_person()._replace(facts=facts)
    near = _near(desk, entry)
    say = _("没说到点上，对不起。是不是下面哪一样？都不是的，请用一句话说说还差什么。")
    if not near:
        say = _("没说到点上，对不起。请用一句话说说还差什么。")
    choices = (*(Choice(one.title, pick=f"entry:{one.id}") for one in near), Choice(_("找人"), go=PERSON))
    kept = replace(recent.without_question(), entry=entry_id, unsolved=1, missing=True)
    return Reply(say, choices, decision="unsolved:1", found=False, memory=kept.kept(), facts=facts)


def _after_missing(desk: Desk, recent: Recent, entry: Entry, words: str, message: int) -> Reply:
    """What was missing, in the resident's words: matched with the topic, else a person."""
    joined = desk.matcher.decide(f"{entry.title}\n{words}")
    if joined.kind == "entry" and joined.entry != entry.id:
        shown = compose(desk, joined)
        kept = replace(recent.without_question(), entry=entry_of(shown), message=message)
        return shown.as_reply()._replace(memory=kept.kept())
    return _to_person()._replace(facts=missed(desk, words, (entry.id,), "unsolved"))


def _to_person() -> Reply:
    return Reply(_("这件事还是没说到点上，请工作人员来看。"), decision="unsolved:2", memory={})


def _near(desk: Desk, entry: Entry) -> list[Entry]:
    """The nearest others: those that the entry names, then those of its topic."""
    library = desk.matcher.library
    named = [one for one in map(library.get, entry.related) if one is not None]
    same = [one for one in library.entries if one.topic == entry.topic]
    distinct = {one.id: one for one in (*named, *same) if one.id != entry.id}
    return list(distinct.values())[:_NEAR]


# -- what was asked for in vain --------------------------------------------------------------------


def missed(desk: Desk, words: str, near: tuple[str, ...], why: str) -> tuple[QuestionMissed, ...]:
    """The fact that these words found no answer, without persons; nothing when they say nothing."""
    if desk.masker is None or not words:
        return ()
    masked = desk.masker.masked(desk.plain(words))
    if not masked:
        return ()
    return (QuestionMissed(mark_of(masked), masked, near[:_NEAR], why),)


def _options(found: Decision) -> tuple[str, ...]:
    return tuple(entry for entry, _title in found.options)


def _is_topic(desk: Desk, option: str) -> bool:
    entry = desk.matcher.library.get(option)
    return entry is None or entry.is_guide


def _topics_of(desk: Desk, options: tuple[str, ...]) -> dict[str, None]:
    found = (desk.matcher.library.get(option) for option in options)
    return dict.fromkeys(entry.topic for entry in found if entry is not None)


def _topics(desk: Desk, found: Decision) -> set[str]:
    topics = set(_topics_of(desk, _options(found)))
    return topics | {found.source.topic} if found.source is not None else topics
