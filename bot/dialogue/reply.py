"""What is said to a resident, not how it travels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One numbered line under a reply.

    Attributes:
        label: as shown; the number, this label and free text that contains it are understood.
        go: a journey to begin, with ``given`` as answers that it need not ask; or
        pick: a word for whoever offered it (``consult:ENTRY``).
    """

    label: str
    go: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    pick: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the conversation: without what is empty."""
        kept: dict[str, Any] = {"label": self.label}
        if self.go:
            kept |= {"go": self.go, "given": dict(self.given)}
        if self.pick:
            kept["pick"] = self.pick
        return kept

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Choice":
        """The reverse of `to_json`."""
        return cls(data["label"], data.get("go", ""), data.get("given", {}), data.get("pick", ""))


@dataclass(frozen=True)
class Reply:
    """A reply.

    Attributes:
        text: plain text, without the numbered lines.
        choices: shown as numbered lines, kept as shown for 30 minutes.
        link: the full page, named when the text must be cut.
        decision: what was decided, as ``answer:labour.wages`` or ``clarify``: for counting, and to
            see whether more words changed it.
        found: False when nothing was found.
        whole: False when the resident may not have finished: the message waits for more pieces.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    link: str = ""
    decision: str = ""
    found: bool = True
    whole: bool = True

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
    exact = [choice for choice in choices if choice.label == word]
    if exact:
        return exact[0]
    within = [choice for choice in choices if len(word) >= 2 and word in choice.label]
    return within[0] if len(within) == 1 else None


_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def number(text: str) -> int | None:
    """The number that a short text is: ``2``, ``２``, ``第二个``, ``选2``; else None."""
    word = text.removeprefix("选").removeprefix("第").removesuffix("个").removesuffix("条").removesuffix("项")
    word = word.strip()
    if word in _CHINESE:
        return _CHINESE[word]
    return int(word) if word.isdecimal() and len(word) <= 2 else None
