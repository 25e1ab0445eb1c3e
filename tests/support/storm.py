"""A storm of signed messages: made-up residents who go on by what their phones show."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp.test_utils import TestServer

from admin.sandbox import messages
from admin.sandbox import platform as platforms
from admin.sandbox.account import Credentials, Door, draw_credentials
from admin.sandbox.messages import Lines, Push
from admin.sandbox.pushing import TRIES, Pusher, Try
from admin.sandbox.sandbox import Sandbox
from bot.clock import SystemClock
from tests.support.node import fixed_texts, until

BEGIN_HOME, BEGIN_FEEDBACK = "选司法所", "评价"
ASKED_STATION, ASKED_SURE, ASKED_VERDICT = "您平常去哪个司法所", "给您办，对吗", "刚才的回答怎么样"
ASKED_VISIT = ("您想去哪个司法所", "留个话，请所里的人回我", "给谁约", "想约哪一种", "都不收费")
"""What is asked of whom a person was offered, after two misses."""
HOME_DONE, FEEDBACK_DONE = "记下了，您常去的是", "谢谢您告诉我们"
ASKED_WHY, WHY_DONE = "哪里没说清、说得不对", "记下了，会有人来改"
"""After a number that was meant for another question."""
STATIONS = ("1", "2", "3")
QUESTIONS = (
    "老板拖欠工资怎么办？",
    "邻居漏水谁来赔？",
    "房东不退押金怎么办？",
    "法律援助怎么申请？",
    "借钱不还怎么起诉？",
)
DANGER = "我不想活了，真的撑不下去了"
FIXED = frozenset(fixed_texts().values())
NO_ANSWER = FIXED | {""}
AGAIN = "上次的回复："
ANSWERED = " 预约"
"""The last line under an answer."""
LONGEST_PAUSE = 6.0
"""Seconds more between two tries while the service is away, so that most messages arrive at last."""
PATIENCE = 27.0
"""Seconds that a patient resident waits for a push; the sweep takes a message up after 20."""


@dataclass
class Spoken:
    """One message of a resident, and all that the platform saw of it.

    Attributes: expects: words that must stand in the reply, where the resident knows what comes
    next. tries: until the first answer. repeats: the same push once more, although it was answered.
    """

    who: str
    door: Door
    words: str
    push: Push
    expects: str
    at: float
    tries: list[Try] = field(default_factory=list)
    repeats: list[Try] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether any try got an answer."""
        return any(one.answer is not None for one in self.tries)

    @property
    def text(self) -> str:
        """The words shown in the response, or nothing."""
        return _words_of(self.tries[-1]) if self.tries else ""

    @property
    def answers(self) -> list[str]:
        """What each answered try gave: a text, or nothing for the bare acknowledgement."""
        return [_words_of(one) for one in [*self.tries, *self.repeats] if one.answer is not None]

    @property
    def faults(self) -> list[str]:
        """Answers that the platform would show as a fault, or not deliver."""
        made = [one.answer for one in [*self.tries, *self.repeats] if one.answer is not None]
        return [one.why or one.outcome.value for one in made if one.outcome.value in ("fault", "lost")]


@dataclass(frozen=True)
class Shown:
    """A text on a resident's phone. Attributes: reply_to: the message in whose response it came."""

    text: str
    at: float
    reply_to: Spoken | None = None


@dataclass
class Resident:
    """Somebody with a phone."""

    who: str
    door: Door
    spoken: list[Spoken] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    busy: bool = False
    waiting: int = 0
    """Words whose answer was not seen; some of them never arrived."""
    sure: bool = True
    """Whether what was seen last answers what was said last. A response answers its own word; a push does
    when no other word waits, and may else answer an older one."""
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def sees(self, text: str, reply_to: Spoken | None = None) -> None:
        """A text arrives; one of the fixed sentences is no answer yet."""
        self.shown.append(Shown(text, time.monotonic(), reply_to))
        if text not in FIXED:
            self.answers.append(text)
            newest = self.spoken[-1]
            self.sure = reply_to is newest if reply_to else self.waiting == 1 and newest.text in NO_ANSWER
            self.waiting = max(0, self.waiting - 1)
            self.bell.set()

    def next_words(self, rng: random.Random) -> tuple[str, str]:
        """What to say now, and what must come back."""
        last = self.answers[-1] if self.answers else ""
        if last.startswith(AGAIN):  # older replies are quoted before the one that counts
            last = last.rsplit("\n\n", 1)[-1]
        if any(asked in last for asked in ASKED_VISIT):
            return "取消", ""
        asked = max((ASKED_STATION, ASKED_SURE, ASKED_VERDICT, ASKED_WHY), key=last.rfind)
        later = max(last.rfind(said) for said in (HOME_DONE, FEEDBACK_DONE, WHY_DONE, ANSWERED))
        if last.rfind(asked) < max(0, later):
            asked = ""
        match asked:
            case "给您办，对吗":
                return "是", HOME_DONE
            case "您平常去哪个司法所":
                return rng.choice(STATIONS), ASKED_SURE
            case "刚才的回答怎么样":
                return "1", FEEDBACK_DONE
            case "哪里没说清、说得不对":
                return "没有", WHY_DONE
        begin = rng.random()
        if begin < 0.45:
            return BEGIN_HOME, ASKED_STATION
        if begin < 0.8:
            return BEGIN_FEEDBACK, ASKED_VERDICT
        return rng.choice(QUESTIONS), ""


Route = Callable[[Door, int], Sequence[Pusher]]
"""Gives the doors to which a try goes; several get it at the same moment."""


class Storm:
    """Residents at a platform that plays by the rules: three tries of five seconds.

    Args: route: where each try goes. rate: messages a second. repeat: share of messages that the
    platform delivers once more although they were answered. calm: tells that the service is away,
    when only a few go on writing.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        route: Route,
        *,
        residents: int = 240,
        rate: float = 40.0,
        mini: float = 0.15,
        repeat: float = 0.1,
        pause: tuple[float, float] = (1.5, 3.5),
        calm: Callable[[], bool] = lambda: False,
        seed: int = 1,
    ) -> None:
        self.sandbox, self._route, self._rate, self._repeat = sandbox, route, rate, repeat
        self._pause, self._calm, self._rng = pause, calm, random.Random(seed)
        self._lines = {
            door: Lines(sandbox.credentials.of(door).original_id, SystemClock()) for door in ("oa", "mini")
        }
        self.people = {
            who: Resident(who, "mini" if number < residents * mini else "oa")
            for number, who in enumerate(f"oStorm-{seed}-{n:05d}" for n in range(residents))
        }
        self._tasks: set[asyncio.Task[None]] = set()
        self._used: set[Pusher] = set()
        sandbox.platform.on_sent = self._pushed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for door in self._used:
            await door.close()

    @property
    def spoken(self) -> list[Spoken]:
        """Every message so far."""
        return [one for resident in self.people.values() for one in resident.spoken]

    @asynccontextmanager
    async def blowing(self) -> AsyncIterator[None]:
        """Messages go out while this lasts; at its end every resident finishes what was begun."""
        blowing = asyncio.create_task(self._blow())
        try:
            yield
        finally:
            blowing.cancel()
            await asyncio.gather(blowing, return_exceptions=True)
            for resident in self.people.values():
                resident.bell.set()
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until nobody is in the middle of a message."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def says(self, resident: Resident, words: str, expects: str = "") -> Spoken:
        """One message with its tries, and perhaps once more."""
        push = messages.text(self._lines[resident.door].next(resident.who), words)
        spoken = Spoken(resident.who, resident.door, words, push, expects, time.monotonic())
        resident.spoken.append(spoken)
        resident.waiting += 1
        self.sandbox.platform.acted(resident.door, push)
        await self._deliver(spoken)
        if spoken.text:
            resident.sees(spoken.text, spoken)
        if spoken.answered and self._rng.random() < self._repeat:
            spoken.repeats += await self._attempts(spoken, len(spoken.tries) + 1)
        return spoken

    def stranger(self, name: str, door: Door = "oa") -> Resident:
        """Somebody more, who says only what the test lets them say."""
        resident = Resident(f"oStranger-{name}", door, busy=True)
        self.people[resident.who] = resident
        return resident

    async def cries(self, seconds: float, every: float = 0.5) -> list[Spoken]:
        """Messages of danger, from a new stranger each time, for so long."""
        end, crying = time.monotonic() + seconds, []
        while time.monotonic() < end:
            stranger = self.stranger(f"{time.monotonic()}")
            crying.append(asyncio.create_task(self.says(stranger, DANGER)))
            await asyncio.sleep(every)
        return list(await asyncio.gather(*crying))

    async def last_words(self, words: str = "菜单") -> None:
        """Everybody says one more word, so that what was kept for it is shown; nobody dies meanwhile."""
        gate = asyncio.Semaphore(12)

        async def one(resident: Resident) -> None:
            async with gate:
                await self.says(resident, words)

        await asyncio.gather(*(one(each) for each in self.people.values() if each.spoken))

    async def _blow(self) -> None:
        began, sent = time.monotonic(), 0
        while True:
            await asyncio.sleep(0.01)
            due = (time.monotonic() - began) * self._rate
            while sent < due:
                sent += 1
                if not self._calm() or self._rng.random() < 0.05:
                    self._somebody()

    def _somebody(self) -> None:
        free = [one for one in self.people.values() if not one.busy]
        if free:
            resident = self._rng.choice(free)
            resident.busy = True
            task = asyncio.create_task(self._turn(resident))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _turn(self, resident: Resident) -> None:
        try:
            words, expects = resident.next_words(self._rng)
            before = len(resident.answers)
            resident.bell.clear()
            spoken = await self.says(resident, words, expects if resident.sure else "")
            if len(resident.answers) == before and (spoken.answered or self._rng.random() < 0.7):
                await self._wait(resident)
            resident.sure = resident.sure and len(resident.answers) > before
        finally:
            resident.busy = False

    async def _wait(self, resident: Resident) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await resident.bell.wait()
        except TimeoutError:
            return

    async def _deliver(self, spoken: Spoken) -> None:
        for number in range(1, TRIES + 1):
            made = await self._attempts(spoken, number)
            answered = [one for one in made if one.answer is not None]
            spoken.tries += [one for one in made if one.answer is None]
            if answered:
                spoken.tries.append(answered[0])
                spoken.repeats += answered[1:]
                return
            if number < TRIES and made[-1].broke != "timeout":
                await asyncio.sleep(self._rng.uniform(*self._pause))
                await until(lambda: not self._calm(), LONGEST_PAUSE)

    async def _attempts(self, spoken: Spoken, number: int) -> list[Try]:
        doors = self._route(spoken.door, number)
        self._used.update(doors)
        return await asyncio.gather(
            *(door.attempt(spoken.push, number, door.envelope(spoken.push)) for door in doors)
        )

    def _pushed(self, sent: platforms.Sent) -> None:
        resident = self.people.get(sent.openid)
        if resident is not None:
            resident.sees(sent.text)


@asynccontextmanager
async def platform(credentials: Credentials | None = None) -> AsyncIterator[Sandbox]:
    """The platform's side over HTTP, with no service behind it yet."""
    sandbox = Sandbox(webhook_url="http://127.0.0.1:9/wechat", mini_url="", credentials=credentials or draw())
    api = TestServer(sandbox.api_app())
    await api.start_server()
    sandbox.api_base = str(api.make_url("")).rstrip("/")
    try:
        yield sandbox
    finally:
        await api.close()


def draw() -> Credentials:
    """Two accounts in safe mode."""
    return draw_credentials("safe")


def to(pushers: Mapping[str, Pusher]) -> Route:
    """Every try goes to the one service."""
    return lambda door, _number: [pushers[door]]


def _words_of(one: Try) -> str:
    return one.answer.passive.text if one.answer and one.answer.passive else ""
