"""What a journey can ask and do. Each message runs the journey again from the top (see replay.py)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.db import Reader
from bot.dialogue import acts, plain
from bot.dialogue.reply import Choice, chosen
from bot.words import _
from bot.work.writer import Writer

T = TypeVar("T")
YES = frozenset({"是", "是的", "对", "对的", "好", "好的", "确认", "确定", "行", "可以", "嗯", "1"})
NO = frozenset({"否", "不", "不是", "不对", "不行", "不要", "2"})


@dataclass(frozen=True)
class Option:
    """One thing to choose: what is kept (an id), and what is shown."""

    id: str
    label: str


@dataclass
class Done:
    """The newest attempt of a named act."""

    attempt: int
    result: str
    after: tuple[str, ...]
    undone: bool


@dataclass
class State:
    """会话: where a conversation stands. Plain values only; kept as JSON between messages.

    Attributes:
        given: answers that the journey was begun with; answers: said by the resident, in order;
        asked: the open question with its options as shown; done: acts by name.
    """

    id: str
    journey: str
    state: str = "open"
    given: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] | None = None
    done: dict[str, Done] = field(default_factory=dict)
    started_at: int = 0
    touched_at: int = 0
    stored: bool = False


class Ask(BaseException):
    """The first open question ends the turn; no feature can swallow it."""

    def __init__(self, name: str, kind: str, say: str, options: Sequence[Option], missed: bool) -> None:
        super().__init__(name)
        self.name, self.kind, self.say, self.options, self.missed = name, kind, say, tuple(options), missed


class Again(BaseException):
    """Ask again from one of these answers on."""

    def __init__(self, names: Sequence[str], say: str) -> None:
        super().__init__(*names)
        self.names, self.say = tuple(names), say


class Go(BaseException):
    """Leave for another journey."""

    def __init__(self, journey: str, given: Mapping[str, Any]) -> None:
        super().__init__(journey)
        self.journey, self.given = journey, dict(given)


class Talk:
    """Handed to a journey.

    Attributes: read: for look-ups, as in ``await talk.read(stations.all_open)``; resident_id; now_ms;
    link_base: root of links to the service's own pages, empty where there are none.
    """

    def __init__(
        self,
        state: State,
        text: str | None,
        *,
        resident_id: int,
        fence: int,
        writer: Writer,
        read: Reader,
        now_ms: int,
        link_base: str = "",
    ) -> None:
        self.read, self.resident_id, self.now_ms, self.link_base = read, resident_id, now_ms, link_base
        self._state, self._text, self._fence, self._writer = state, text, fence, writer
        self.finished = False

    def given(self, name: str, default: Any = None) -> Any:
        """A value that the journey was begun with."""
        return self._state.given.get(name, default)

    async def choose(self, name: str, say: str, options: Sequence[Option]) -> str:
        """Ask for one of several options and return its id.

        A number means the list as it was shown. Not checked again on replay: the act does that.
        """
        known, text = self._known(name)
        if known is not None:
            return str(known)
        if text is None:
            raise Ask(name, "choose", say, options, missed=False)
        shown = [Option(*pair) for pair in (self._state.asked or {}).get("options", [])]
        labels = tuple(Choice(option.label, pick=option.id) for option in shown)
        choice = chosen(text, labels)
        if choice is None:
            raise Ask(name, "choose", say, options, missed=True)
        self._state.answers[name] = choice.pick
        return choice.pick

    async def text(
        self, name: str, say: str, *, longest: int = 500, fits: Callable[[str], bool] | None = None
    ) -> str:
        """Ask for words of the resident's own, cut at ``longest`` characters.

        Args: fits: whether words are such an answer; others are answered as a question, and it asks again.
        """
        known, text = self._known(name)
        if known is not None:
            return str(known)
        if not text or not text.strip():
            raise Ask(name, "text", say, (), missed=False)
        if fits is not None and not fits(text.strip()):
            raise Ask(name, "text", say, (), missed=True)
        self._state.answers[name] = text.strip()[:longest]
        return str(self._state.answers[name])

    async def confirm(self, name: str, say: str) -> None:
        """Ask for a yes; a no asks the question before it again."""
        known, text = self._known(name)
        if known is not None:
            return
        options = (Option("yes", _("是")), Option("no", _("不是，改一下")))
        if text is None:
            raise Ask(name, "confirm", say, options, missed=False)
        word = text.strip().strip("。.！!")
        if word in YES:
            self._state.answers[name] = True
            return
        if word in NO or word == options[1].label:
            last = list(self._state.answers)[-1:] or list(self._state.given)
            raise Again(last, _("好，那就改一下。"))
        raise Ask(name, "confirm", say, options, missed=True)

    async def do(
        self,
        name: str,
        act: Callable[..., T],
        *args: Any,
        undo: Callable[..., Any] | None = None,
    ) -> T:
        """Run a named act once; a replay finds its stored result and does not act again.

        Args: undo: a module-level act ``undo(work, result)``, called by 返回, 取消 and expiry. In a
        loop the name carries the item. Raises: what the act refuses.
        """
        state, before = self._state, self._state.done.get(name)
        if before is not None and not before.undone:
            return self._result(before.result, act)
        attempt = before.attempt + 1 if before else 0
        after = list(state.answers)
        result = await self._writer.do(
            acts.record,
            self.resident_id,
            self._fence,
            (state.id, name, attempt),
            after,
            acts.dotted(undo) if undo else None,
            act,
            args,
        )
        state.done[name] = Done(attempt, result, tuple(after), undone=False)
        return self._result(result, act)

    async def finish(self, act: Callable[..., T], *args: Any) -> T:
        """The act after the last question."""
        result = await self.do("finish", act, *args)
        self.finished = True
        return result

    def again(self, *names: str, say: str) -> None:
        """Ask again, from the first of these answers on; acts after it are undone."""
        raise Again(names, say)

    def go(self, journey: str, **given: Any) -> None:
        """Leave for another journey, by its name."""
        raise Go(journey, given)

    def _known(self, name: str) -> tuple[Any, str | None]:
        for answers in (self._state.answers, self._state.given):
            if name in answers:
                return answers[name], None
        asked = self._state.asked
        if self._text is None or not asked or asked["name"] != name:
            return None, None
        text, self._text = self._text, None
        return None, text

    @staticmethod
    def _result(text: str, act: Callable[..., T]) -> T:
        value: T = plain.from_json(text, act)
        return value


def answers_json(state: State) -> str:
    """What was answered, as it is kept."""
    return json.dumps({"given": state.given, "said": state.answers}, ensure_ascii=False)
