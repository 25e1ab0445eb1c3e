"""The reply to a question of its own, what is remembered of it, and what was asked for in vain."""

from dataclasses import replace

from bot.dialogue.reply import Reply
from handlers.consult.composing import (
    Consultation,
    Desk,
    compose,
)
from handlers.consult.dating import (
    with_limit,
)
from handlers.consult.following import told
from handlers.consult.recent import FACTS, NEW, SAID, Recent
from handlers.consult.unanswered import mark_of
from handlers.facts import QuestionMissed
from knowledge.decision import Decision, Outcome

NEAR = 3
"""Titles that are offered at once."""
BY_ITSELF = frozenset({Outcome.URGENT, Outcome.REFUSE, Outcome.ESCALATE, Outcome.REFER})
"""Decisions that stand by themselves, whatever was said before."""


def fresh(desk: Desk, found: Consultation, words: str, message: int, before: Recent = NEW) -> Reply:
    """The reply to a question of its own, with what is to be remembered of it.

    Args: before: how the talk stood; facts that were told of the same topic are not asked again.
    """
    decision = found.decision
    if decision.decision is Outcome.ANSWER:
        found, facts = _with_facts(desk, found, words, before)
        near = tuple(one for one in options_of(found.decision) if not is_topic(desk, one))
        decides = found.decision.ask is not None
        kept = Recent(entry_of(found), message, words[:SAID], decides=decides, near=near, facts=facts)
        if facts != words[-FACTS:]:
            kept = replace(kept, day=before.day)
        return with_limit(desk, found.as_reply(memory=kept.kept()), found.decision, near, words)
    reply = found.as_reply()
    if decision.decision is Outcome.SMALLTALK:
        return reply
    if decision.decision is Outcome.CLARIFY and not decision.found:
        return reply._replace(memory={}, facts=missed(desk, words, options_of(decision), "nothing"))
    options = tuple(one for one in options_of(decision) if not is_topic(desk, one))
    if decision.decision is Outcome.CLARIFY and options:
        return reply._replace(memory=Recent(said=words[:SAID], options=options, asked=1).kept())
    return reply._replace(memory={})


def entry_of(found: Consultation) -> str:
    """The entry or guide that answers, empty for none."""
    source = found.decision.source
    return source.id if source is not None else ""


def _with_facts(desk: Desk, found: Consultation, words: str, before: Recent) -> tuple[Consultation, str]:
    """The answer with a fact that was told earlier about the same topic, and what is known by now."""
    source, last = found.decision.source, desk.matcher.library.get(before.entry) if before.entry else None
    if source is None or last is None or last.topic != source.topic:
        return found, words[-FACTS:]
    facts = before.knowing(words).facts
    option = told(source, desk.normal.clean(facts)) if found.decision.ask is not None else None
    chosen = desk.matcher.branch(source.id, *option) if option is not None and not found.also else None
    return (compose(desk, chosen) if chosen is not None else found), facts


def missed(desk: Desk, words: str, near: tuple[str, ...], why: str) -> tuple[QuestionMissed, ...]:
    """The fact that these words found no answer, without persons; nothing when they say nothing."""
    if desk.masker is None or not words:
        return ()
    masked = desk.masker.masked(desk.plain(words))
    if not masked:
        return ()
    return (QuestionMissed(mark_of(masked), masked, near[:NEAR], why),)


def options_of(found: Decision) -> tuple[str, ...]:
    return tuple(entry for entry, _title in found.options)


def is_topic(desk: Desk, option: str) -> bool:
    entry = desk.matcher.library.get(option)
    return entry is None or entry.is_guide


def topics_of(desk: Desk, options: tuple[str, ...]) -> dict[str, None]:
    found = (desk.matcher.library.get(option) for option in options)
    return dict.fromkeys(entry.topic for entry in found if entry is not None)


def topics_in(desk: Desk, found: Decision) -> set[str]:
    topics = set(topics_of(desk, options_of(found)))
    return topics | {found.source.topic} if found.source is not None else topics
