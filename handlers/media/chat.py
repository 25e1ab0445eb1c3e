"""What a resident is told who sends a voice, a picture or a video, and what was understood of a voice."""

from collections.abc import Mapping
from typing import Any

from bot.dialogue.memory import NOTHING_KEPT
from bot.dialogue.reply import Choice, Reply
from bot.dialogue.router import Adviser, Visit
from bot.dialogue.said import Said
from bot.wechat import media_reading
from handlers.media import sentences

PERSON = "handoff.person"
_NOT_HEARD = "media:not_heard"
_AGAIN_MS = 2 * 60_000
_MEDIA = ("image", "voice", "video")


class Receiver:
    """Takes what is no text; everything else goes to the adviser behind it.

    Args: keeps: whether the accounts can fetch files at all; hears: whether voices are turned into text.
    """

    def __init__(self, behind: Adviser, *, keeps: bool, hears: bool) -> None:
        self._behind, self._keeps, self._hears = behind, keeps, hears

    def ask(self, said: Said, *, side: bool, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer one message. See `bot.dialogue.router.Adviser`."""
        if said.kind == "heard":
            return _heard(said.text, side=side)
        if said.kind not in _MEDIA or said.text:
            return self._behind.ask(said, side=side, message=message, memory=memory)
        if side and said.kind != "voice":
            return _reply(sentences.kept_aside(said.kind, keeps=self._keeps), said.kind, ())
        text = sentences.got(said.kind, keeps=self._keeps, hears=self._hears)
        return _reply(text, said.kind, () if side or not self._keeps else _person(said.kind))

    def answers(self, text: str, memory: Mapping[str, Any]) -> bool:
        """Whether words answer the last question. See `bot.dialogue.router.Adviser`."""
        return self._behind.answers(text, memory)

    def pick(self, word: str, *, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer a choice that was shown. See `bot.dialogue.router.Adviser`."""
        if word == _NOT_HEARD:
            return _reply(sentences.heard_wrongly(), "voice", _person("voice"))
        return self._behind.pick(word, message=message, memory=memory)


async def held(visit: Visit) -> Reply | None:
    """While a person holds the thread, what was understood of a voice stands there, and nothing is said."""
    return Reply("", decision="handoff:held") if visit.held and visit.said.kind == "heard" else None


async def refused(visit: Visit) -> Reply | None:
    """A file that is not kept is not said to be kept; that nothing more is kept, is told once by itself."""
    if visit.said.kind not in _MEDIA:
        return None
    cards = await visit.runner.read(media_reading.cards, (visit.message,))
    card = cards.get(visit.message)
    if card is None or card.state != "refused":
        return None
    return Reply("", decision=f"other:{visit.said.kind}:refused")


async def once(visit: Visit, reply: Reply) -> Reply:
    """Of several pictures in a row the first one is answered: an album is one thing to say."""
    before = visit.context.pop("sent", None)
    kind = visit.said.kind
    if kind not in _MEDIA:
        return reply
    visit.context["sent"] = {"kind": kind, "at": visit.now_ms}
    if before and before["kind"] == kind and visit.now_ms - before["at"] < _AGAIN_MS:
        return Reply("", decision=f"{reply.decision}:more")
    return reply


def _heard(words: str, *, side: bool) -> Reply:
    if not words:
        return _reply(sentences.nothing_heard(), "voice", () if side else _person("voice"))
    if side:
        return Reply(sentences.heard_aside(words), decision="other:heard", found=False)
    choices = (Choice(sentences.YES, say=words), Choice(sentences.NO, pick=_NOT_HEARD))
    return Reply(sentences.heard(words), choices, decision="other:heard", found=False)


def _person(kind: str) -> tuple[Choice, ...]:
    return (Choice(sentences.person(kind), go=PERSON),)


def _reply(text: str, kind: str, choices: tuple[Choice, ...]) -> Reply:
    return Reply(text, choices, decision=f"other:{kind}", found=False)
