"""The adviser: answers what no journey takes, in words and in everything else that a resident can send."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.dialogue.memory import NOTHING_KEPT, recall
from bot.dialogue.reply import NOTHING, Choice, Reply
from bot.dialogue.router import Visit
from bot.dialogue.said import Said
from bot.words import _
from handlers.consult import talking
from handlers.consult.closed import none_of_them
from handlers.consult.composing import CARD, RATE, VISIT, Desk, trial_words
from handlers.consult.dating import with_day_before
from handlers.consult.fresh import entry_of
from handlers.consult.leaning import Aspect, Leaning
from handlers.consult.onward import follow
from handlers.consult.recent import Recent
from handlers.consult.sayings import OTHER, TRY, USEFUL
from handlers.consult.service import pick
from handlers.facts import EntriesTold

_PAPERS = 8
"""Papers that are named for a visit."""
_KINDS = {"book_mediation": "mediation", "apply_for_aid": "legal_aid"}
"""The kind of appointment that a next step means."""
_ABOUT_OURSELVES = frozenset({"legal_aid_mediation"})
"""Topics whose questions are about the services: they tell nothing of somebody's own matter."""
_STORY = 8
"""Characters from which on a question tells what the matter is."""


class Counsel:
    """Answers from the desk that is current now.

    Args: desk: gives the desk; it changes when knowledge was adopted or frozen.
    """

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def ask(self, said: Said, *, side: bool, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer one message. See `bot.dialogue.router.Adviser`."""
        words = said.text.strip()
        match said.kind:
            case "text" | "menu" if words:
                desk = self._desk()
                return _recorded(desk, _words(desk, words, side, message, memory), message)
            case "follow":
                return self._welcome()
            case _:
                text = OTHER.get(said.kind)
                return Reply(text, decision=f"other:{said.kind}") if text else NOTHING

    def answers(self, text: str, memory: Mapping[str, Any]) -> bool:
        """Whether words answer the last question. See `bot.dialogue.router.Adviser`."""
        return talking.answers(self._desk(), Recent.of(memory), text)

    def pick(self, word: str, *, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer a choice that was shown. See `bot.dialogue.router.Adviser`."""
        desk = self._desk()
        return _recorded(desk, _picked(desk, word, message, Recent.of(memory)), message)

    def _welcome(self) -> Reply:
        trial = trial_words() if self._desk().trial else ""
        text = _("您好，我是小司，免费答法律上的事。遇到什么，直接说一句就行。可以先试试：{trial}")
        choices = (
            *(Choice(words, pick=f"say:{words}") for words in TRY),
            Choice(_("司法所在哪、几点上班"), go=CARD),
        )
        return Reply(text.format(trial=trial), choices, decision="welcome")


def _words(desk: Desk, words: str, side: bool, message: int, memory: Mapping[str, Any]) -> Reply:
    reply = talking.heard(desk, Recent.of(memory), words, message)
    return reply._replace(choices=()) if side else reply


def _picked(desk: Desk, word: str, message: int, recent: Recent) -> Reply:
    kind, _colon, rest = word.partition(":")
    if kind == "visit":
        return _visit(desk, rest, recent)
    if kind == "unsolved":
        return talking.unsolved(desk, recent, rest)
    if kind == "none":
        return none_of_them(desk, recent)
    if kind == "side":
        return _side(desk, recent, rest, message)
    found = pick(desk, word)
    if found is None:
        return Reply(_("这一条现在不用了。请用一句话说说您的事，我再找找。"), decision="gone")
    said = rest if kind == "say" else recent.said
    kept = replace(
        recent.knowing(_label(desk, rest) if kind == "branch" else "").without_question(),
        entry=entry_of(found),
        message=message,
        said=said,
        decides=found.decision.ask is not None,
    )
    return with_day_before(desk, found.as_reply()._replace(memory=kept.kept()), found.decision, recent)


def _side(desk: Desk, recent: Recent, rest: str, message: int) -> Reply:
    """Another side of the answer before: ``ENTRY:ASPECT``."""
    ident, _colon, aspect = rest.partition(":")
    entry = desk.matcher.library.get(ident)
    if entry is None or aspect not in set(Aspect):
        return Reply(_("这一条现在不用了。请用一句话说说您的事，我再找找。"), decision="gone")
    return follow(desk, recent, entry, Leaning(Aspect(aspect), "", led=True), "", message)


def _label(desk: Desk, branch: str) -> str:
    """The words of a chosen option: a fact that was told."""
    entry_id, question, option = branch.split(":")
    return desk.matcher.library.by_id[entry_id].ask[int(question)].options[int(option)].label


def _recorded(desk: Desk, reply: Reply, message: int) -> Reply:
    """The reply with the fact of what it tells: which text of which entries."""
    kind, _colon, rest = reply.decision.partition(":")
    ids, _colon, how = rest.partition(":")
    if kind != "answer" or how == "unwritten":
        return reply
    told = tuple((entry, desk.editions[entry]) for entry in ids.split("+") if entry in desk.editions)
    return reply._replace(facts=(*reply.facts, EntriesTold(message, told))) if told else reply


async def rated(visit: Visit) -> Reply | None:
    """有用, said after an answer, is kept with it; while a person holds the thread it is meant for them."""
    if visit.said.kind != "text" or visit.held or visit.begin is None:
        return None
    if visit.said.text.strip("。！!，,～~ ") not in USEFUL:
        return None
    if visit.state is not None and visit.state.state == "open":
        return None
    about = Recent.of(recall(visit.context, visit.now_ms)).message
    return await visit.begin(visit, RATE, {"verdict": "good", "about": about})


def _visit(desk: Desk, entry_id: str, recent: Recent) -> Reply:
    """预约: to the booking, with what to bring, which kinds come first, and what was said."""
    entry = desk.matcher.library.get(entry_id)
    if entry is None:
        return Reply("", decision="visit", go=VISIT)
    given: dict[str, Any] = {
        "papers": list((entry.full.papers or entry.proof)[:_PAPERS]),
        "likely": [_KINDS[step] for step in entry.next if step in _KINDS],
    }
    if entry.topic not in _ABOUT_OURSELVES and len(recent.said) >= _STORY:
        given["story"] = recent.said
    return Reply("", decision="visit", go=VISIT, given=given)
