"""What is said to a resident, not how it travels."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NOTHING_GIVEN: Mapping[str, Any] = MappingProxyType({})


class Choice(NamedTuple):
    """One numbered line under a reply.

    Attributes:
        label: as shown; the number, this label and free text that contains it are understood.
        go: a journey to begin, with ``given`` as answers that it need not ask; or
        pick: a word for whoever offered it (``consult:ENTRY``); or
        say: words that count as said by whoever takes it.
    """

    label: str
    go: str = ""
    given: Mapping[str, Any] = _NOTHING_GIVEN
    pick: str = ""
    say: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the conversation: without what is empty."""
        kept: dict[str, Any] = {"label": self.label}
        if self.go:
            kept |= {"go": self.go, "given": dict(self.given)}
        if self.pick:
            kept["pick"] = self.pick
        if self.say:
            kept["say"] = self.say
        return kept

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choice":
        """The reverse of `to_json`."""
        values = (data.get(name, "") for name in ("pick", "say"))
        return cls(data["label"], data.get("go", ""), data.get("given", {}), *values)


class Reply(NamedTuple):
    """A reply; a tuple, as each message makes several, which costs a third of a frozen dataclass.

    Attributes:
        text: plain text, without the numbered lines.
        choices: shown as numbered lines, kept as shown for 30 minutes.
        link: the full page, named when the text must be cut.
        decision: what was decided, as ``answer:labour.wages`` or ``clarify``: for counting, and to
            see whether more words changed it.
        found: False when nothing was found.
        whole: False when the resident may not have finished: the message waits for more pieces.
        go: a journey that follows at once, with ``given`` as answers that it need not ask.
        memory: what the adviser wants to know at the next message; None leaves what it knew.
        facts: what happened by this reply; told when it is written.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    link: str = ""
    decision: str = ""
    found: bool = True
    whole: bool = True
    go: str = ""
    given: Mapping[str, Any] = _NOTHING_GIVEN
    memory: Mapping[str, Any] | None = None
    facts: tuple[object, ...] = ()

    def lines(self) -> str:
        """The text with its numbered lines."""
        return self.text + "".join(f"\n{n} {choice.label}" for n, choice in enumerate(self.choices, 1))


NOTHING = Reply("")
"""Say nothing: the platform gets its acknowledgement only."""


def chosen(text: str, choices: tuple[Choice, ...]) -> Choice | None:
    """The choice that a text means: its number, its label, or words that only one label holds."""
    word = text.strip().strip("。.、，,！!）)（( ").strip()
    index = number(word)
    if index is not None:
        return choices[index - 1] if 1 <= index <= len(choices) else None
    for place, choice in enumerate(choices, 1):
        if word in (choice.label, f"{place} {choice.label}", f"{place}{choice.label}"):
            return choice
    within = [choice for choice in choices if len(word) >= 2 and word in choice.label]
    return within[0] if len(within) == 1 else None


_CHINESE = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(10)}
_NUMBER = re.compile(
    r"(?:我?(?:就|要)?选(?:择)?(?:的?是)?|回复?|答)?\s*(?:第|序?号)?\s*"
    r"([0-9０-９]{1,2}|[一二两三四五六七八九十]|[①-⑩])\s*(?:[个条项种样号]|选项)?(?:吧|呢|呀|啊)?"
)


def number(text: str) -> int | None:
    """The number that a short text is: ``2``, ``２``, ``②``, ``第二个``, ``我选2``; else None."""
    found = _NUMBER.fullmatch(text) if len(text) <= 10 else None
    if found is None:
        return None
    word = found.group(1)
    return _CHINESE.get(word) or _CIRCLED.get(word) or int(word)
