"""The rules of telling, pure: whom at which level, and when it is told again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CHANNELS = ("browser", "robot", "wechat", "sms")
"""In the order in which they are tried."""
AGAIN_MS = (60_000, 180_000, 360_000)
"""An urgent task that nobody acknowledged is told again so long after it began to ring."""
RING_MS, LONGEST_RING_MS = 10 * 60_000, 60 * 60_000
"""After that it rings again and again, ever more slowly, until somebody takes it."""
REST_MS = 30 * 60_000
"""Looked at again when the opening hours do not say when somebody is there."""
COUNTY = 2
"""The highest level."""


@dataclass(frozen=True)
class Person:
    """A member of staff who may see and take the task.

    Attributes: head: of the station, or of the county; county: works for the whole county and answers
    for it; on_duty: by opening hours and absence; signed_in: a console is open; watching: it was used
    just now; first: the duty roster names them for this task now.
    """

    staff_id: int
    station_id: str | None
    head: bool
    county: bool
    on_duty: bool
    signed_in: bool = False
    watching: bool = False
    first: bool = False


@dataclass(frozen=True)
class Scene:
    """What must be known to tell staff of a task.

    Attributes: people: those who may see and take it; station_id, holder_id: whose it is now; open: it
    is not closed; taken: urgent and acknowledged; opens_at: when its station
    opens next, milliseconds UTC; channels: those set up beside the browser; link: root of links.
    """

    people: tuple[Person, ...]
    open: bool
    urgent: bool
    taken: bool
    station_id: str | None
    holder_id: int | None
    opens_at: int | None
    channels: frozenset[str]
    link: str


def level_of(level: int, step: int) -> int:
    """The level of an urgent telling: the head joins at the third, the county at the fourth."""
    return max(level, min(max(step - 1, 0), COUNTY))


def audience(
    people: Sequence[Person],
    *,
    staff_id: int | None,
    station_id: str | None,
    urgent: bool,
    level: int,
    step: int = 1,
) -> tuple[Person, ...]:
    """Whom a telling is for, on duty or not.

    Danger is told first to whom the roster names, and to them alone; then to the others too.

    Args: staff_id: who is asked, None for a pool; station_id: the pool's, None for the county's; step: how
    often was told before.
    """
    named = {one.staff_id for one in people if one.first}
    if urgent and named and staff_id is None and not step and not level:
        return tuple(one for one in people if one.first)
    if staff_id is not None:
        wanted = {one.staff_id for one in people if one.staff_id == staff_id}
    elif station_id is not None:
        wanted = {one.staff_id for one in people if one.station_id == station_id}
    else:
        county = {one.staff_id for one in people if one.first and one.on_duty}
        county = county or {one.staff_id for one in people if one.county and one.on_duty}
        wanted = county if county and not urgent else {one.staff_id for one in people}
    if level >= 1:
        heads = {one.staff_id for one in people if one.head and one.station_id == station_id}
        wanted |= heads or {one.staff_id for one in people if one.head and one.station_id is None}
    if level >= COUNTY:
        wanted |= {one.staff_id for one in people if one.county}
    if urgent:
        wanted |= named
    return tuple(one for one in people if one.staff_id in wanted)


def awake(people: Iterable[Person], *, urgent: bool, level: int) -> tuple[Person, ...]:
    """Who of an audience is told now.

    Off duty nobody is, but in danger whom the roster names, and the county's own when it has climbed there
    and nobody is at work. Whom the roster names does not keep the county asleep: they may not hear it.
    """
    everybody = tuple(people)
    nobody = not any(one.on_duty for one in everybody)
    woken = urgent and level >= COUNTY and nobody
    return tuple(one for one in everybody if one.on_duty or (urgent and one.first) or (woken and one.county))


def again_at(began_ms: int, now_ms: int, step: int) -> int:
    """When an urgent telling is repeated. Args: step: how often was told, 1 after the first time."""
    if step <= len(AGAIN_MS) and began_ms + AGAIN_MS[step - 1] > now_ms:
        return began_ms + AGAIN_MS[step - 1]
    late = max(step - len(AGAIN_MS) - 1, 0)
    return now_ms + min(RING_MS << min(late, 8), LONGEST_RING_MS)
