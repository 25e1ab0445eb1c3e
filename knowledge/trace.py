"""Why a message was decided so: the steps, put into words only when somebody asks."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

TITLES = {
    "normalise": "整理文字",
    "spelling": "拼音还原",
    "danger": "危险筛查",
    "distress": "情绪",
    "service word": "服务词",
    "small talk": "寒暄",
    "wrongdoing": "求助违法的事",
    "advert": "广告",
    "refer": "归别处管的事",
    "hard": "要人看的事",
    "rules": "规则",
    "content": "内容",
    "words": "关键词和句式",
    "retrieval": "找词条",
    "signals": "头名的依据",
    "confidence": "把握",
    "direct": "能否直接答",
    "side": "哪一方",
    "risk": "风险",
    "topics": "主题",
    "decision": "结论",
    "picked": "居民选了词条",
    "picked topic": "居民选了主题",
    "told": "居民说明了情况",
}
"""Name of a step to the heading that a curator reads."""


class Step(NamedTuple):
    """One line of the trace: which step, and what it saw and decided, in Chinese."""

    name: str
    detail: str

    @property
    def title(self) -> str:
        """The heading that a curator reads."""
        return TITLES.get(self.name, self.name)


class Trace:
    """The steps of one decision. Noting one costs a tuple; its words are made when it is iterated.

    What is noted are values of the base and of the scorer; a step never repeats what the resident wrote.
    """

    __slots__ = ("_notes",)

    def __init__(self) -> None:
        self._notes: list[tuple[str, Callable[..., str] | str, tuple[Any, ...]]] = []

    def note(self, name: str, say: Callable[..., str] | str, *seen: Any) -> None:
        """One more step. Args: say: its words, or a function that makes them of what was seen."""
        self._notes.append((name, say, seen))

    def __iter__(self) -> Iterator[Step]:
        for name, say, seen in self._notes:
            yield Step(name, say if isinstance(say, str) else say(*seen))

    def seen(self, kind: type[T]) -> T | None:
        """The first noted value of a kind: what was found, for those who draw it."""
        values = (value for _name, _say, seen in self._notes for value in seen)
        return next((value for value in values if isinstance(value, kind)), None)

    def __repr__(self) -> str:
        return f"Trace({', '.join(name for name, _say, _seen in self._notes)})"
