"""How the talk goes on: what stands open, what leans on the last topic, what did not help."""

from dataclasses import replace

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.closed import to_question
from handlers.consult.composing import (
    PERSON,
    Consultation,
    Desk,
    compose,
)
from handlers.consult.continuing import continued
from handlers.consult.correcting import correction
from handlers.consult.dating import (
    asks_whether_in_time,
)
from handlers.consult.following import told
from handlers.consult.fresh import BY_ITSELF, NEAR, entry_of, fresh, missed, topics_in
from handlers.consult.leaning import LONGEST, leaning
from handlers.consult.nearer import about_the_same, is_fact, tells_day
from handlers.consult.onward import follow, leans, told_option
from handlers.consult.recent import Recent
from handlers.consult.sayings import USEFUL, USELESS
from handlers.consult.service import consult
from handlers.facts import AnswerUnsolved
from knowledge.decision import Outcome
from knowledge.entry import Entry


def heard(desk: Desk, recent: Recent, words: str, message: int) -> Reply:
    """The reply to words, given how the talk stands. Args: message: the id of these words."""
    if recent.said:
        reply = about_the_same(desk, recent, words, message)
        if reply is not None:
            return reply
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if recent.options:
        lean = leaning(desk.plain(words))
        if entry is not None and lean is not None and leans(desk, entry, lean, desk.matcher.decide(words)):
            return follow(desk, recent, entry, lean, words, message)
        return to_question(desk, recent, words, message)
    alone = consult(desk, words)
    if entry is None:
        return fresh(desk, alone, words, message, recent)
    reply = _going_on(desk, recent, entry, alone, words, message)
    reply = reply or continued(desk, recent, entry, words, message, alone)
    return reply or fresh(desk, alone, words, message, recent)


def answers(desk: Desk, recent: Recent, words: str) -> bool:
    """Whether short words answer the deciding question of the last entry, or say how its answer was."""
    if len(words) > 2 * LONGEST:
        return False
    if recent.said and (correction(desk.normal.clean(words)) is not None or tells_day(desk, recent, words)):
        return True
    if recent.entry and is_fact(desk.plain(words), words):
        return True
    entry = desk.matcher.library.get(recent.entry) if recent.entry else None
    if entry is None:
        return False
    plain = desk.plain(words)
    if plain in USELESS or plain in USEFUL or (recent.day and asks_whether_in_time(plain)):
        return True
    return bool(entry.ask) and len(plain) <= LONGEST and told(entry, desk.normal.clean(words)) is not None


def _going_on(
    desk: Desk, recent: Recent, entry: Entry, alone: Consultation, words: str, message: int
) -> Reply | None:
    """The reply to words that lean on the last answer or were asked for; None for others.

    Args: alone: what is made of the words by themselves.
    """
    clean = desk.normal.clean(words)
    plain = desk.plain(words)
    if plain in USELESS:
        return unsolved(desk, recent, entry.id)
    short = len(plain) <= LONGEST
    lean = leaning(plain) if short else None
    option = told(entry, clean) if entry.ask and short else None
    if lean is None and option is None and not recent.missing:
        return None
    if lean is not None and leans(desk, entry, lean, alone.decision):
        return follow(desk, recent, entry, lean, words, message)
    source = alone.decision.source
    if option is not None and recent.decides and source is not None and source.topic == entry.topic:
        return told_option(desk, recent.knowing(words), entry, option, message)  # the question was just asked
    if alone.decision.kind == "entry" and alone.decision.entry != entry.id:
        return None
    if alone.decision.decision in BY_ITSELF or alone.decision.decision is Outcome.SMALLTALK:
        return None
    if recent.missing and option is None:
        return _after_missing(desk, recent, entry, words, message)
    if option is None or (alone.decision.found and entry.topic not in topics_in(desk, alone.decision)):
        return None
    return told_option(desk, recent.knowing(words), entry, option, message)


# -- it did not help -----------------------------------------------------------------------------


def unsolved(desk: Desk, recent: Recent, entry_id: str) -> Reply:
    """没解决: what is missing, with the nearest others; the second time a person. It counts as a miss."""
    entry = desk.matcher.library.get(entry_id)
    message = recent.message if recent.entry == entry_id else 0
    facts = (AnswerUnsolved(message), *missed(desk, recent.said, (entry_id,), "unsolved"))
    if recent.unsolved or entry is None:
        return _to_person()._replace(facts=facts)
    near = _near(desk, entry, recent.said)
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


def _near(desk: Desk, entry: Entry, said: str) -> list[Entry]:
    """The nearest others: two by the question, those that the entry names, then those of its topic."""
    library = desk.matcher.library
    meant = desk.matcher.others(said, entry.id, NEAR - 1)
    named = [one for one in map(library.get, entry.related) if one is not None]
    same = [one for one in library.entries if one.topic == entry.topic]
    distinct = {one.id: one for one in (*meant, *named, *same) if one.id != entry.id}
    return list(distinct.values())[:NEAR]
