"""A closed question's answer in words of one's own, and none of its titles."""

from dataclasses import replace

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.composing import (
    PERSON,
    Consultation,
    Desk,
    basis,
    checked,
    compose,
    trial_words,
)
from handlers.consult.fresh import NEAR, fresh, missed, options_of, topics_in, topics_of
from handlers.consult.recent import SAID, Recent
from handlers.consult.service import consult
from knowledge.decision import Outcome
from knowledge.entry import Risk
from knowledge.topics import TOPICS

QUESTIONS = 2
"""Closed questions in a row; then the best answer with what it assumes, or a person."""


def to_question(desk: Desk, recent: Recent, words: str, message: int) -> Reply:
    """Words of one's own in place of a number."""
    alone = consult(desk, words)
    found = alone.decision
    about = set(topics_of(desk, recent.options))
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
    if found.found and not topics_in(desk, found) & about:
        if found.decision is Outcome.ANSWER:
            return _beside(desk, recent, alone, words, message)
        return fresh(desk, alone, words, message)  # another matter, with a question of its own
    options = options_of(joined)
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
    wanted = [*topics_of(desk, recent.options), *desk.matcher.triage.default_topics]
    topics = [topic for topic in dict.fromkeys(wanted) if topic in present][:NEAR]
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
