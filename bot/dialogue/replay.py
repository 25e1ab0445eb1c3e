"""Running a journey for one message: replay from stored answers up to the first open question."""

from dataclasses import dataclass

from bot.db import Reader
from bot.dialogue import acts
from bot.dialogue.journey import Journey
from bot.dialogue.reply import Choice, Reply
from bot.dialogue.talk import Again, Ask, Go, State, Talk
from bot.errors import Refused
from bot.words import _
from bot.work.writer import Writer

_ROUNDS = 8


@dataclass(frozen=True)
class Step:
    """What one run gave: the reply; the open question missed by the text; or where to go on."""

    reply: Reply
    missed: bool = False
    go: Go | None = None


@dataclass(frozen=True)
class Runner:
    """What it takes to run a journey for one resident under one lease. link_base: root of links."""

    writer: Writer
    read: Reader
    resident_id: int
    fence: int
    now_ms: int
    link_base: str = ""

    async def run(self, journey: Journey, state: State, text: str | None) -> Step:
        """Run the journey; ``state`` is left as it is to be stored.

        Raises: Fenced, StoreAway, and what nobody expected.
        """
        said: list[str] = []
        for _round in range(_ROUNDS):
            talk = Talk(
                state,
                text,
                resident_id=self.resident_id,
                fence=self.fence,
                writer=self.writer,
                read=self.read,
                now_ms=self.now_ms,
                link_base=self.link_base,
            )
            text = None  # a question asked again is not answered by the same words
            try:
                said.append(await journey.script(talk))
                state.state, state.asked = "finished", None
                return Step(_joined(said))
            except Ask as ask:
                return Step(self._ask(state, ask, said), missed=ask.missed)
            except Go as go:
                state.state, state.asked = "finished", None
                return Step(_joined(said), go=go)
            except Again as again:
                await self.back_to(state, again.names)
                said.append(again.say)
            except Refused as refusal:
                # not caught by the journey: its sentence is said and the last question asked again
                said.append(refusal.say)
                last = list(state.answers)[-1:]
                if not last:
                    state.state, state.asked = "finished", None
                    return Step(_joined(said))
                await self.back_to(state, last)
        state.state, state.asked = "dropped", None
        await self.undo(state, None)
        return Step(Reply(_("这件事现在没办成，请过一会儿再试。")))

    async def back_to(self, state: State, names: list[str] | tuple[str, ...]) -> None:
        """Forget the answers from the first of these on, and undo the acts that stood on them."""
        order = list(state.answers)
        at = [order.index(name) for name in names if name in order]
        dropped = order[min(at) :] if at else []
        await self.undo(state, dropped)
        for name in dropped:
            del state.answers[name]
        for name in names:
            state.given.pop(name, None)
        state.asked = None

    async def undo(self, state: State, names: list[str] | None) -> None:
        """Undo acts after these answers (None: all). Raises: Fenced."""
        due = [
            done
            for done in state.done.values()
            if not done.undone and (names is None or set(names) & set(done.after))
        ]
        if due:
            await self.writer.do(acts.take_back, self.resident_id, self.fence, state.id, names)
            for done in due:
                done.undone = True

    @staticmethod
    def _ask(state: State, ask: Ask, said: list[str]) -> Reply:
        options = [[option.id, option.label] for option in ask.options]
        state.asked = {"name": ask.name, "kind": ask.kind, "say": ask.say, "options": options}
        reply = _joined([*said, ask.say])
        return Reply(reply.text, tuple(Choice(option.label) for option in ask.options))


def _joined(said: list[str]) -> Reply:
    return Reply("\n".join(part for part in said if part))
