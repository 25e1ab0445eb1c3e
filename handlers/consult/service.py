"""Consultation: from a resident's words to the reply, exactly as every door gives it."""

import re

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.composing import (
    ROOM,
    Consultation,
    Desk,
    after_answer,
    basis,
    checked,
    compose,
    link_of,
    trial_words,
)
from handlers.consult.leaning import Aspect, leaning, leans_alone
from handlers.consult.several import Parts, questions_in
from knowledge.decision import Decision, Outcome

__all__ = ["Consultation", "Desk", "complete", "compose", "consult", "pick"]

LONG = 200
"""Characters from which a message is a story: what was understood is said first."""
_WINDOW = 140
_SENTENCE = re.compile(r"[^。！？!?；;\n]{6,}[？?]?")
_ASKS = re.compile(r"[？?]|怎么|咋|如何|吗|能不能|可不可以|请问|想问|多少|多久|该找|哪里")
_LABEL = 16
_SAID = 120
_LEAST_UNKNOWN = 6
_LEANING = 30
_OUT_OF_HAND = frozenset({Outcome.REFUSE, Outcome.ESCALATE, Outcome.REFER})


def consult(desk: Desk, text: str) -> Consultation:
    """Answer a resident's words. Args: text: one message, or the joined pieces of one."""
    found = desk.matcher.decide(text)
    if found.decision is Outcome.ANSWER or found.decision is Outcome.CLARIFY:
        parts = questions_in(text)
        if len(parts.texts) > 1:
            several = _several(desk, found, parts)
            if several is not None:
                return several
        if len(text) > LONG:
            found = _understood(desk, found, text)
        elif found.decision is Outcome.CLARIFY and leans_alone(desk.plain(text)):
            say = _("您问的是哪件事？请把事情和问题写在一句里，比如“申请劳动仲裁要多少钱”。")
            return Consultation(found._replace(text=say, options=(), found=False), say)
    elif found.decision in _OUT_OF_HAND:
        return _with_the_rest(desk, compose(desk, found), text)
    return compose(desk, found)


def complete(desk: Desk, text: str) -> bool:
    """Whether a text needs no further piece: it asks for cost or the like, or the matcher says so."""
    if desk.matcher.complete(text):  # first, as it is known for most: its decision is needed in any case
        return True
    lean = leaning(desk.plain(text)) if len(text) <= _LEANING else None
    return lean is not None and (lean.aspect is not Aspect.REFUSED or not lean.matter)


def pick(desk: Desk, word: str) -> Consultation | None:
    """Answer a choice that was shown earlier; None when its word is not ours or its entry is gone.

    Args: word: ``entry:ID``, ``topic:ID``, ``branch:ID:QUESTION:OPTION`` or ``say:WORDS`` from a
    choice's ``pick``.
    """
    kind, _colon, rest = word.partition(":")
    found: Decision | None = None
    if kind == "entry":
        found = desk.matcher.answer(rest)
    elif kind == "topic":
        found = desk.matcher.topic(rest)
    elif kind == "branch":
        entry, _colon, numbers = rest.partition(":")
        question, _colon, option = numbers.partition(":")
        if question.isdecimal() and option.isdecimal():
            found = desk.matcher.branch(entry, int(question), int(option))
    elif kind == "say" and rest:
        return consult(desk, rest)
    return compose(desk, found) if found else None


# -- several questions in one message ----------------------------------------------------------


def _several(desk: Desk, whole: Decision, parts: Parts) -> Consultation | None:
    """Answers to each of several questions in one message; None when they are one after all."""
    decided = [(desk.matcher.decide(part), part) for part in parts.texts]
    if any(found.decision is Outcome.URGENT or found.decision in _OUT_OF_HAND for found, _part in decided):
        return None  # a case for itself: the whole message is decided, not its parts
    own = _own_matters(decided)
    direct = {found.entry for found, _part in own if found.kind == "entry"}
    if not parts.sure and (len(own) < 2 or len(direct) < len(own) or len(_topics(own)) < len(own)):
        return None
    if whole.kind == "entry" and whole.entry not in direct:
        return None  # only together do they say what is meant
    answers = [(found, part) for found, part in own if found.source is not None]
    unknown = [part for found, part in decided if not found.found and len(part) >= _LEAST_UNKNOWN]
    if not answers or len(own) + len(unknown) < 2:
        return None
    return _one_by_one(desk, own, unknown)


def _own_matters(decided: list[tuple[Decision, str]]) -> list[tuple[Decision, str]]:
    """The parts that were understood, each matter once."""
    own: list[tuple[Decision, str]] = []
    for found, part in decided:
        source = found.source
        if source is not None and any(found.entry == one.entry for one, _part in own):
            continue
        if source is not None and source.is_guide and source.topic in _topics(own):
            continue  # the topic has its answer
        if found.source is not None or (
            found.decision is Outcome.CLARIFY and found.found and not _topics([(found, part)]) & _topics(own)
        ):
            own.append((found, part))
    return own


def _topics(decided: list[tuple[Decision, str]]) -> set[str]:
    topics = set()
    for found, _part in decided:
        if found.source is not None:
            topics.add(found.source.topic)
        topics |= {entry.partition(".")[0] for entry, _title in found.options if found.source is None}
    return topics


def _one_by_one(desk: Desk, own: list[tuple[Decision, str]], unknown: list[str]) -> Consultation:
    """All answers where one message has room for them; else the first, and the others to choose."""
    answers = [found for found, _part in own if found.source is not None]
    first = answers[0]
    assert first.source is not None
    rest = [(found, part) for found, part in own if found is not first]
    open_ones = [
        _("“{words}”这件，我还没有现成的答案，请换个说法单独问，或回复“找人”。").format(words=_short(part))
        for part in unknown
    ]
    head = _("您问了 {n} 件事，我一件一件说。").format(n=len(own) + len(unknown))
    blocks = [_block(found) for found in answers]
    tail = [*open_ones, trial_words() if desk.trial else ""]
    body = "\n".join(line for line in (head, *blocks, *tail) if line)
    closer = [_closer(found, part) for found, part in own]
    choices = (*closer, *after_answer(first.source))
    if len(answers) == len(own) > 1 and len(Reply(body, choices).lines().encode()) <= ROOM:
        also = tuple(str(found.entry) for found in answers[1:])
        decision = first._replace(text=body, ask=None)
        return Consultation(decision, body, choices, link_of(desk, first.source), also)
    shown = compose(desk, first._replace(ask=None, options=()))
    more = [_("您还问了别的，接着看请回复数字。")] if rest else []
    lines = "\n".join([shown.body, *open_ones, *more])
    choices = (*(_closer(found, part) for found, part in rest), *after_answer(first.source))
    return Consultation(first, lines, choices, shown.link)


def _block(found: Decision) -> str:
    source = found.source
    assert source is not None
    lines = [_("【{title}】").format(title=source.title), found.text, basis(found.citations), checked(source)]
    return "\n".join(line for line in lines if line)


def _with_the_rest(desk: Desk, first: Consultation, text: str) -> Consultation:
    """A refusal, a case for a person or for another body; what else was asked is offered, not dropped."""
    parts = questions_in(text)
    if not parts.sure:
        return first
    rest = _own_matters([(desk.matcher.decide(part), part) for part in parts.texts])
    if not rest:
        return first
    more = _("您还问了别的，接着看请回复数字。")
    choices = tuple(_closer(found, part) for found, part in rest)
    return first._replace(body=f"{first.body}\n{more}", choices=(*first.choices, *choices))


def _closer(found: Decision, part: str) -> Choice:
    """The line that leads to one of several questions alone."""
    if found.source is not None:
        return Choice(_("细说：{title}").format(title=found.title), pick=f"say:{part[:_SAID]}")
    return Choice(_("接着问：{words}").format(words=_short(part)), pick=f"say:{part[:_SAID]}")


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _LABEL else flat[: _LABEL - 1] + "…"


# -- stories -----------------------------------------------------------------------------------


def _understood(desk: Desk, found: Decision, text: str) -> Decision:
    """The matter of a long message, with a statement of what was understood before the answer."""
    if found.kind != "entry":
        topics = _topics([(found, text)])
        asked = _question(text)
        for window, anywhere in ((asked, True), (text[-_WINDOW:], False), (text[:_WINDOW], False)):
            part = desk.matcher.decide(window) if window else found
            if part.kind == "entry" and part.source is not None and (anywhere or part.source.topic in topics):
                found = part._replace(trace=(*found.trace, *part.trace))
                break
    if found.source is not None:
        say = _("您写得长，我看下来主要是：{title}").format(title=found.title)
    elif found.found:
        say = _("您写得长，我先弄清主要是哪一件。")
    else:
        return found
    return found._replace(text=f"{say}\n{found.text}")


def _question(text: str) -> str:
    """The last sentence of a story that asks something, empty when none does."""
    asking = [part for part in _SENTENCE.findall(text[-2 * _WINDOW :]) if _ASKS.search(part)]
    return asking[-1].strip() if asking and len(asking[-1]) <= _WINDOW else ""
