"""Telling staff put together: who is there, what is set up, and a cry where the database takes nothing."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from admin.console.seen import seen
from admin.digest import Digest
from admin.duty import DutyWatch
from admin.store import Store
from bot.config import Settings
from bot.wechat.inbox import Letter, Notice
from bot.wechat.spool import Spool
from bot.work.rounds import Round
from handlers.alerts.channels import Channels
from handlers.alerts.jobs import Telling, Tools
from handlers.alerts.rules import Person, Scene
from handlers.handoff import whom

WATCHING_MS = 2 * 60_000
"""Whoever used the console within this time is taken to see what it shows."""


def set_up(settings: Settings, *, wechat: bool) -> frozenset[str]:
    """The channels outside the console that are set up. In trial mode nothing goes to real people.

    Args: wechat: whether the official account may push.
    """
    found = {"wechat"} if wechat else set()
    if settings.wecom_robot_url and not settings.trial:
        found.add("robot")
    if settings.sms_url and not settings.trial:
        found.add("sms")
    return frozenset(found)


class AlertRounds:
    """What a node does to tell staff.

    Args: may_push: whether a door's account may push now; poke: wakes the sender; link: root of links.
    """

    def __init__(
        self, store: Store, *, link: str, may_push: Callable[[str], bool], poke: Callable[[], None]
    ) -> None:
        settings = store.settings
        self._settings, self._link, self._may_push = settings, link, may_push
        own = set_up(settings, wechat=False)
        self._digest = Digest(store, self.channels, link, poke)
        self.duty = DutyWatch(store, self.channels)
        channels = Channels(
            settings.wecom_robot_url if "robot" in own else "",
            settings.sms_url if "sms" in own else "",
            settings.sms_secret,
        )
        self.telling = Telling(
            Tools(
                writer=store.writer,
                reader=store.reader,
                clock=store.clock,
                node=store.node,
                channels=channels,
                scene=self._scene,
                link=link,
                poke=poke,
            )
        )

    def rounds(self) -> list[Round]:
        """What is done, and every how many seconds."""
        return [*self.telling.rounds(), Round("duty", 2.0, self.duty.look), *self._digest.rounds()]

    async def start(self) -> None:
        """Settle what this node was doing when it ended."""
        await self.telling.start()

    async def stop(self) -> None:
        """End what is on its way."""
        await self.telling.stop()

    def channels(self) -> frozenset[str]:
        """The channels that are set up now."""
        return set_up(self._settings, wechat=self._may_push("oa"))

    def _scene(self, connection: Connection, task_id: int, now_ms: int) -> Scene | None:
        stands = whom.standing(connection, task_id, now_ms)
        if stands is None:
            return None
        watching = seen(connection, now_ms)
        people = tuple(
            Person(
                staff_id=one.staff_id,
                station_id=one.station_id,
                head=one.role == "head" or (one.role == "county_admin" and one.station_id is None),
                county=one.station_id is None and one.role in ("head", "county_admin"),
                on_duty=one.on_duty,
                signed_in=one.staff_id in watching,
                watching=watching.get(one.staff_id, 0) > now_ms - WATCHING_MS,
                first=one.first,
            )
            for one in whom.reachable(connection, task_id, now_ms)
        )
        return Scene(
            people=people,
            open=stands.open,
            urgent=stands.urgent,
            taken=stands.taken,
            station_id=stands.station_id,
            holder_id=stands.holder_id,
            opens_at=stands.opens_at,
            channels=self.channels(),
            link=self._link,
        )


class CryingSpool(Spool):
    """The spool, which tells the group when it takes danger: the database, and so the rest, is away."""

    def __init__(self, folder: Path, cry: Callable[[], None]) -> None:
        super().__init__(folder)
        self._cry = cry

    async def put(self, letter: Letter, notice: Notice | None = None) -> None:
        """Write a message and fsync it. Raises: SpoolFull."""
        if notice is not None and notice.danger:
            self._cry()
        await super().put(letter, notice)
