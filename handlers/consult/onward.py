"""What leans on the last topic: answered from its entry, by an option, or not at all."""

from dataclasses import replace

from bot.dialogue.reply import Reply
from bot.words import _
from handlers.consult.composing import (
    Desk,
    after_answer,
    basis,
    checked,
    compose,
    link_of,
    trial_words,
)
from handlers.consult.following import head, mentions, told, unwritten, written
from handlers.consult.fresh import BY_ITSELF, entry_of, missed, topics_in
from handlers.consult.leaning import Aspect, Leaning
from handlers.consult.limits import tell_me
from handlers.consult.recent import Recent
from knowledge.decision import Decision
from knowledge.entry import Entry


def leans(desk: Desk, entry: Entry, lean: Leaning, alone: Decision) -> bool:
    """Whether words lean on the last topic: they bring no matter, or one that its entry speaks of."""
    if alone.decision in BY_ITSELF:
        return False
    matter = [part for part in lean.matter.split() if len(part) > 1]
    if not matter:
        return True
    if alone.kind == "entry" and (alone.entry != entry.id or not lean.led):
        return False  # a whole question, though it is the same one again
    if mentions(entry, " ".join(matter)):
        return True
    return lean.led and not (alone.found and entry.topic not in topics_in(desk, alone))


def follow(desk: Desk, recent: Recent, entry: Entry, lean: Leaning, words: str, message: int) -> Reply:
    """What the last entry says about it, or another one of its topic; or that nothing is written there."""
    if lean.aspect in (Aspect.REFUSED, Aspect.WHAT_IF):
        option = told(entry, desk.normal.clean(words))
        if option is not None:
            return told_option(desk, recent.knowing(words), entry, option, message)
    kept = replace(recent.without_question(), entry=entry.id, message=message)
    text = written(entry, lean)
    if text:
        return said_of(desk, entry, lean, text, kept)
    guide = desk.matcher.library.guides.get(entry.topic)
    for title in (entry.title, guide.title if guide is not None else ""):
        joined = desk.matcher.decide(f"{title}\n{words}")
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


def said_of(desk: Desk, entry: Entry, lean: Leaning, text: str, kept: Recent) -> Reply:
    link = link_of(desk, entry)
    lines = [
        head(entry),
        desk.matcher.hotlines.fill(text),
        tell_me(entry) if lean.aspect is Aspect.TIME and not kept.day else "",
        "" if lean.aspect is Aspect.WHY else basis(entry.citations),
        checked(entry),
        _("详细：{link}").format(link=link),
        trial_words() if desk.trial else "",
    ]
    body = "\n".join(line for line in lines if line)
    decision = f"answer:{entry.id}:{lean.aspect.value}"
    return Reply(body, after_answer(entry), link=link, decision=decision, memory=kept.kept())


def told_option(desk: Desk, recent: Recent, entry: Entry, option: tuple[int, int], message: int) -> Reply:
    """The deciding question, answered in words of one's own."""
    found = desk.matcher.branch(entry.id, *option)
    assert found is not None
    shown = compose(desk, found)
    kept = replace(recent.without_question(), entry=entry_of(shown), message=message)
    decision = f"{shown.key}:told{option[0]}{option[1]}"
    return shown.as_reply()._replace(decision=decision, memory=kept.kept())
