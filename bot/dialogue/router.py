"""Who takes a message, in order: the list `Router.takers` can be read as the rule."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.dialogue import store
from bot.dialogue.journey import Journey
from bot.dialogue.memory import NOTHING_KEPT, recall, remember
from bot.dialogue.replay import Runner, Step
from bot.dialogue.reply import NOTHING, Choice, Reply, chosen, number
from bot.dialogue.said import Said, heard_words
from bot.dialogue.talk import NO, YES, State
from bot.words import _

PAUSE_MS = 30 * 60 * 1000
"""A conversation silent for this long is paused, and a shown list forgotten."""
KEPT_MS = 24 * 60 * 60 * 1000
"""A cancelled or paused conversation can be taken up again for this long."""

BACK = frozenset({"返回", "上一步", "退回"})
CANCEL = frozenset(
    (
        *("取消", "不办了", "算了", "退出", "算了吧", "不弄了"),
        *("不约了", "算了不约了", "算了不办了", "不想约了", "不用约了"),
    )
)
MENU = frozenset({"菜单", "帮助", "功能", "怎么用"})
RESUME = frozenset({"继续", "接着办", "恢复", "继续办"})
_GLOBAL = BACK | CANCEL | MENU | RESUME


class Adviser(Protocol):
    """Answers what no journey takes."""

    def ask(self, said: Said, *, side: bool, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer a question.

        Args: side: asked in the middle of a journey; message: its id; memory: what an earlier reply
        left to be remembered.
        """
        ...

    def answers(self, text: str, memory: Mapping[str, Any]) -> bool:
        """Whether a text answers what an earlier reply asked, so that no further piece is awaited."""
        ...

    def pick(self, word: str, *, message: int, memory: Mapping[str, Any] = NOTHING_KEPT) -> Reply:
        """Answer a choice of its own that was taken."""
        ...


@dataclass
class Visit:
    """One message to be answered, with all that is known of the conversation.

    ``context`` is kept with the resident between messages: the list shown last, the burst.
    ``advise`` answers it as a question; ``changed`` collects the conversations, and ``facts`` what
    happened, to be written by the closing act.
    """

    runner: Runner
    message: int
    said: Said
    state: State | None
    context: dict[str, Any]
    advise: Callable[[], Reply]
    held: bool = False
    """Whether a person holds the thread."""
    begin: "Begin | None" = None
    """Begins a journey by name with answers that are known; set by the router. It holds no visit: each visit
    would then wait for the collector."""
    changed: list[State] = field(default_factory=list)
    facts: list[object] = field(default_factory=list)

    @property
    def now_ms(self) -> int:
        """The instant of this turn, in milliseconds UTC."""
        return self.runner.now_ms


Taker = Callable[[Visit], Awaitable[Reply | None]]
After = Callable[[Visit, Reply], Awaitable[Reply]]
"""Sees what the adviser answered, and may answer otherwise: a person is needed."""
Begin = Callable[[Visit, str, Mapping[str, Any]], Awaitable[Reply]]


class Router:
    """Routes messages to whoever takes them first.

    Args: journeys: of all slices; adviser: the last taker; holders: takers of slices that may hold
    the thread (a person); menu: lines of the menu; after: see the adviser's answers.
    """

    def __init__(
        self,
        journeys: Sequence[Journey],
        adviser: Adviser,
        *,
        holders: Sequence[Taker] = (),
        menu: Sequence[Choice] = (),
        acts: Mapping[str, Taker] | None = None,
        after: Sequence[After] = (),
    ) -> None:
        self.journeys = {one.name: one for one in journeys}
        self._words = {word: one for one in journeys for word in one.words}
        self._adviser, self._menu, self._acts = adviser, tuple(menu), dict(acts or {})
        self._after = tuple(after)
        self.takers: tuple[Taker, ...] = (
            self._act,
            self._global_word,
            *holders,
            self._open_journey,
            self._choice,
            self._begin,
            self._advise,
        )

    def is_service_word(self, text: str) -> bool:
        """Whether a text is a word that does something by itself."""
        word = _bare(text)
        return word in _GLOBAL or word in self._words

    def is_answer(self, text: str, state: State | None, context: Mapping[str, Any], now_ms: int) -> bool:
        """Whether a text answers what was asked last, so that no further piece is awaited."""
        if state is not None and state.state == "open" and state.asked is not None:
            return bool(state.asked["kind"] != "text")
        if _shown_choice(text, context, now_ms) is not None:
            return True
        memory = recall(context, now_ms)
        return bool(memory) and self._adviser.answers(text, memory)

    async def take(self, visit: Visit) -> Reply:
        """Answer one message."""
        visit.begin = self._named
        await self._pause_if_silent(visit)
        heard = visit.said.text if visit.said.kind == "voice" else ""
        if heard:
            self._as_text(visit, heard)
        for taker in self.takers:
            reply = await taker(visit)
            if reply is not None:
                break
        else:
            reply = NOTHING
        if heard and reply.text and not visit.held:
            reply = reply._replace(text=f"{heard_words(heard)}\n{reply.text}")
        if visit.state is not None and visit.state.state == "paused" and reply.text:
            reply = self._offer_again(visit, visit.state, reply)
        self._remember_list(visit, reply)
        return reply

    # -- takers, in order ------------------------------------------------------------------

    async def _act(self, visit: Visit) -> Reply | None:
        """Follow, scan, leave: what a resident does rather than says."""
        taker = self._acts.get(visit.said.kind)
        return await taker(visit) if taker else None

    async def _global_word(self, visit: Visit) -> Reply | None:
        word = _bare(visit.said.text) if visit.said.kind in ("text", "menu") else ""
        if word in MENU:
            return self._show_menu(visit)
        if word in RESUME:
            return await self._resume(visit)
        if word in CANCEL:
            return await self._cancel(visit)
        if word in BACK:
            return await self._back(visit)
        return None

    async def _open_journey(self, visit: Visit) -> Reply | None:
        state = visit.state
        if state is None or state.state != "open" or visit.said.kind != "text":
            return await self._beside_journey(visit)
        named = self._words.get(_bare(visit.said.text))
        if named is not None and named.name != state.journey and (state.asked or {}).get("kind") == "text":
            # nobody's story is the very name of something else that is done here; 恢复 brings the draft back
            if self._is_draft(state):
                visit.context["dropped"] = {"id": state.id, "until": visit.now_ms + KEPT_MS}
            return await self._start(visit, named, {})
        step = await self._run(visit, state, visit.said.text)
        if not step.missed:
            return step.reply
        side = self._asked_aside(visit)
        if _is_plain(side):
            remember(visit.context, side.memory, visit.now_ms)
            visit.facts.extend(side.facts)
            return Reply(f"{side.text}\n\n{step.reply.text}", step.reply.choices)
        hint = _("没看懂您选的是哪一项，请回复数字。") if step.reply.choices else _("这句我没看懂。")
        return Reply(f"{hint}\n{step.reply.text}", step.reply.choices)

    async def _beside_journey(self, visit: Visit) -> Reply | None:
        """A picture or a sticker in the middle of a journey: the question is asked again."""
        state = visit.state
        if state is None or state.state != "open" or visit.said.kind in ("text", "menu"):
            return None
        step = await self._run(visit, state, None)
        side = self._asked_aside(visit)
        remember(visit.context, side.memory, visit.now_ms)
        return Reply(f"{side.text}\n\n{step.reply.text}", step.reply.choices)

    async def _choice(self, visit: Visit) -> Reply | None:
        if visit.said.kind != "text":
            return None
        choice = _shown_choice(visit.said.text, visit.context, visit.now_ms)
        if choice is None:
            return self._wrong_number(visit)
        if choice.go:
            return await self._start(visit, self.journeys[choice.go], choice.given)
        if choice.say:
            self._as_text(visit, choice.say)
            return await self._global_word(visit) or await self._begin(visit) or await self._advise(visit)
        memory = recall(visit.context, visit.now_ms)
        return await self._advised(
            visit, self._adviser.pick(choice.pick, message=visit.message, memory=memory)
        )

    async def _begin(self, visit: Visit) -> Reply | None:
        journey = self._words.get(_bare(visit.said.text)) if visit.said.kind in ("text", "menu") else None
        if journey is None:
            # a key of the account's menu that nobody knows here still leads somewhere
            return self._show_menu(visit) if visit.said.kind == "menu" else None
        return await self._start(visit, journey, {})

    async def _advise(self, visit: Visit) -> Reply | None:
        return await self._advised(visit, visit.advise())

    # -- what they do ----------------------------------------------------------------------

    def _as_text(self, visit: Visit, words: str) -> None:
        """Take spoken words as if they had been typed."""
        said = visit.said = Said("text", words)
        memory = recall(visit.context, visit.now_ms)
        visit.advise = lambda: self._adviser.ask(said, side=False, message=visit.message, memory=memory)

    async def _advised(self, visit: Visit, reply: Reply) -> Reply:
        for after in self._after:
            reply = await after(visit, reply)
        remember(visit.context, reply.memory, visit.now_ms)
        visit.facts.extend(reply.facts)
        return await self._start(visit, self.journeys[reply.go], reply.given) if reply.go else reply

    def _asked_aside(self, visit: Visit) -> Reply:
        """The adviser's answer in the middle of a journey; what it leaves is remembered only if it is shown:
        a question that nobody read has no answer.
        """
        memory = recall(visit.context, visit.now_ms)
        return self._adviser.ask(visit.said, side=True, message=visit.message, memory=memory)

    async def _named(self, visit: Visit, name: str, given: Mapping[str, Any]) -> Reply:
        return await self._start(visit, self.journeys[name], given)

    async def _start(self, visit: Visit, journey: Journey, given: Mapping[str, Any]) -> Reply:
        if visit.state is not None and visit.state.state in ("open", "paused"):
            await visit.runner.undo(visit.state, None)
            visit.state.state, visit.state.asked = "dropped", None
            visit.changed.append(visit.state)
        begun = sum(1 for state in visit.changed if state.id.split(".")[0] == str(visit.message))
        ident = f"{visit.message}.{begun}" if begun else str(visit.message)
        visit.state = State(ident, journey.name, given=dict(given), started_at=visit.now_ms)
        return (await self._run(visit, visit.state, None)).reply

    async def _run(self, visit: Visit, state: State, text: str | None) -> Step:
        step = await visit.runner.run(self.journeys[state.journey], state, text)
        if state not in visit.changed:
            visit.changed.append(state)
        if step.go is None:
            return step
        following = await self._start(visit, self.journeys[step.go.journey], step.go.given)
        text_now = "\n".join(part for part in (step.reply.text, following.text) if part)
        return Step(Reply(text_now, following.choices))

    def _show_menu(self, visit: Visit) -> Reply:
        lines = _("直接说您遇到的事就行，比如“老板欠工资怎么办”。还可以：")
        if visit.state is not None and visit.state.state == "open" and visit.state.asked:
            # a list of its own would steal the numbers of the open question
            words = "、".join(choice.label for choice in self._menu)
            return _asked_again(visit.state, f"{lines}{words}")
        return Reply(lines, self._menu)

    async def _cancel(self, visit: Visit) -> Reply | None:
        state = visit.state
        if state is None or state.state not in ("open", "paused") or not self._is_draft(state):
            return None
        await visit.runner.undo(state, None)
        state.state, state.asked = "dropped", None
        visit.changed.append(state)
        visit.state = None
        visit.context["dropped"] = {"id": state.id, "until": visit.now_ms + KEPT_MS}
        title = self.journeys[state.journey].title
        say = _("好，“{title}”不办了，什么都没留下。想接着办，24 小时内回复“恢复”。")
        return Reply(say.format(title=title))

    async def _resume(self, visit: Visit) -> Reply | None:
        state = visit.state
        if state is None or state.state != "paused":
            state = await self._dropped(visit)
        if state is None:
            return None
        visit.context.pop("dropped", None)
        visit.context.pop("offered", None)
        state.state, state.asked = "open", None
        visit.state = state
        return (await self._run(visit, state, None)).reply

    async def _dropped(self, visit: Visit) -> State | None:
        kept = visit.context.get("dropped")
        if not kept or kept["until"] < visit.now_ms or (visit.state and visit.state.state == "open"):
            return None
        state = await visit.runner.read(store.fetch, kept["id"])
        return state if state is not None and state.state == "dropped" else None

    async def _back(self, visit: Visit) -> Reply | None:
        state = visit.state
        if state is None or state.state != "open":
            return None
        last = list(state.answers)[-1:]
        await visit.runner.back_to(state, last)
        reply = (await self._run(visit, state, None)).reply
        if last:
            return reply
        return Reply(_("已经是第一步了。不想办了请回复“取消”。") + "\n" + reply.text, reply.choices)

    async def _pause_if_silent(self, visit: Visit) -> None:
        state = visit.state
        if state is None:
            return
        silent = visit.now_ms - state.touched_at
        if not self._is_draft(state) and (silent > PAUSE_MS or state.state == "paused"):
            state.state, state.asked = "dropped", None
            visit.changed.append(state)
            visit.state = None
        elif state.state == "open" and silent > PAUSE_MS:
            await visit.runner.undo(state, None)
            state.state, state.asked = "paused", None
            visit.changed.append(state)
        elif state.state == "paused" and silent > KEPT_MS:
            state.state = "dropped"
            visit.changed.append(state)
            visit.state = None
        elif state.state not in ("open", "paused"):
            visit.state = None

    def _is_draft(self, state: State) -> bool:
        journey = self.journeys.get(state.journey)
        return journey is None or journey.draft

    def _offer_again(self, visit: Visit, state: State, reply: Reply) -> Reply:
        if visit.context.get("offered") == state.id:
            return reply
        visit.context["offered"] = state.id
        journey = self.journeys.get(state.journey)
        say = _("您上次的“{title}”还没办完。接着办请回复“继续”，不办了回复“取消”。")
        offer = say.format(title=journey.title if journey else state.journey)
        choices = reply.lines()
        visit.context["shown"] = _list(reply.choices, visit.now_ms)
        return Reply(f"{choices}\n\n{offer}", (), reply.link, reply.decision, reply.found)

    def _wrong_number(self, visit: Visit) -> Reply | None:
        shown = _list_shown(visit.context, visit.now_ms)
        if not shown or number(_bare(visit.said.text)) is None:
            return None
        return Reply(_("没有这一项，请回复 1 到 {n} 之间的数字。").format(n=len(shown)))

    def _remember_list(self, visit: Visit, reply: Reply) -> None:
        if visit.state is not None and visit.state.state not in ("open", "paused"):
            visit.state = None
        asking = visit.state is not None and visit.state.state == "open"
        if asking:
            visit.context.pop("shown", None)
        elif reply.choices:
            visit.context["shown"] = _list(reply.choices, visit.now_ms)


def _list(choices: Sequence[Choice], now_ms: int) -> dict[str, Any]:
    return {"choices": [choice.to_json() for choice in choices], "until": now_ms + PAUSE_MS}


def _list_shown(context: Mapping[str, Any], now_ms: int) -> tuple[Choice, ...]:
    shown = context.get("shown")
    if not shown or shown["until"] < now_ms:
        return ()
    return tuple(Choice.from_json(choice) for choice in shown["choices"])


def _shown_choice(text: str, context: Mapping[str, Any], now_ms: int) -> Choice | None:
    shown = _list_shown(context, now_ms)
    if not shown or len(text) > 40:
        return None
    return chosen(text, shown) or _confirmed(text, shown)


def _confirmed(text: str, shown: tuple[Choice, ...]) -> Choice | None:
    """A yes or a no to the words that were shown back."""
    if not shown[0].say:
        return None
    word = _bare(text)
    return shown[0] if word in YES else shown[1] if word in NO and len(shown) > 1 else None


def _is_plain(side: Reply) -> bool:
    """Whether an answer in the middle of a journey is worth showing: no question, and no guess after some."""
    kind = side.decision.split(":")[0]
    guessed = side.decision.endswith(":assumed") or side.decision == "escalate:clarify"
    return side.found and not guessed and kind in ("answer", "refer", "refuse", "escalate")


def _asked_again(state: State, before: str) -> Reply:
    asked = state.asked or {}
    choices = tuple(Choice(label) for _id, label in asked.get("options", []))
    return Reply(f"{before}\n\n{asked.get('say', '')}", choices)


def _bare(text: str) -> str:
    return text.strip().strip("。.！!？?，,“”\"' ").strip()
