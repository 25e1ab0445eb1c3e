"""What the programs of residents send and get. Times are ISO 8601 with zone."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.web.reading import text

ID = 81


@dataclass(frozen=True)
class PageAsked:
    """Which part of a list. Attributes: cursor: as the page before gave it; limit: rows, 50 at first."""

    cursor: str | None = text(400, default=None)
    limit: int | None = None


@dataclass(frozen=True)
class Opening:
    """Hours of a weekday without a break. Attributes: weekday: 0 for Monday; opens, closes: HH:MM."""

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True)
class ClosedDays:
    """Days on which a station receives nobody, first and last included, as YYYY-MM-DD."""

    first: str
    last: str
    reason: str


@dataclass(frozen=True)
class ServiceCard:
    """A service that can be booked. Attributes: papers: what to bring."""

    id: str
    kind: str
    name: str
    form: str
    minutes: int
    papers: tuple[str, ...]


@dataclass(frozen=True)
class StationCard:
    """A station. Attributes: latitude, longitude: degrees, None when not known."""

    id: str
    name: str
    town: str
    address: str
    phone: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class StationPage:
    """Stations in the county's order."""

    items: tuple[StationCard, ...]
    next: str | None


@dataclass(frozen=True)
class StationWhole:
    """A station with its hours. Attributes: today: a sentence; board: address of its public board."""

    station: StationCard
    hours: tuple[Opening, ...]
    closures: tuple[ClosedDays, ...]
    today: str
    services: tuple[ServiceCard, ...]
    board: str


@dataclass(frozen=True)
class SlotsAsked:
    """Which times. Attributes: station, service: ids; people: seats that must be free at once, so that
    several can come together; since, until: from now to the service's horizon where they are left out.
    """

    station: str = text(40, least=1)
    service: str = text(40, least=1)
    since: datetime | None = field(default=None, metadata={"called": "from"})
    until: datetime | None = field(default=None, metadata={"called": "to"})
    people: int = 1
    cursor: str | None = text(400, default=None)
    limit: int | None = None


@dataclass(frozen=True)
class SlotCard:
    """A time that is free. Attributes: service, post, begins: what a hold asks for."""

    service: str
    post: str
    station: str
    name: str
    place: str
    form: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class SlotPage:
    """Free times, the earliest first."""

    items: tuple[SlotCard, ...]
    next: str | None


@dataclass(frozen=True)
class HoldAsked:
    """A time to be held. Attributes: moving: the appointment whose new time it is to be; other: it is for
    somebody else.
    """

    begins: datetime
    service: str = text(40, least=1)
    post: str = text(ID, least=1)
    moving: int | None = None
    other: bool = False


@dataclass(frozen=True)
class HoldMade:
    """A time that is held. Attributes: until: when it is given back."""

    id: int
    until: datetime


@dataclass(frozen=True)
class HoldEnded:
    """A hold that was given back."""

    id: int
    state: str


@dataclass(frozen=True)
class PersonGiven:
    """For whom it is. Attributes: other: somebody else than who asks."""

    name: str = field(default="", repr=False, metadata={"most": 40})
    phone: str = field(default="", repr=False, metadata={"most": 20})
    other: bool = False


@dataclass(frozen=True)
class BookingAsked:
    """A booking of what is held. Attributes: address: for a visit at home."""

    hold: int
    person: PersonGiven = PersonGiven()
    matter: str = field(default="", repr=False, metadata={"most": 500})
    address: str = field(default="", repr=False, metadata={"most": 120})


@dataclass(frozen=True)
class Booking:
    """An appointment. Attributes: number: as people say it; code: on paper; note: what to mind first."""

    id: int
    number: str
    code: str
    state: str
    service: str
    post: str
    station: str
    begins: datetime
    ends: datetime
    moves: int
    note: str = ""


@dataclass(frozen=True)
class Visit:
    """An appointment as it stands. Attributes: asked: its time is not there any more; choose another."""

    id: int
    number: str
    code: str
    state: str
    kind: str
    service: str
    form: str
    post: str
    place: str
    station: str
    begins: datetime
    ends: datetime
    moves: int
    asked: bool


@dataclass(frozen=True)
class VisitPage:
    """Open appointments by their time."""

    items: tuple[Visit, ...]
    next: str | None


@dataclass(frozen=True)
class VisitsAsked:
    """Which appointments.

    Attributes: day: for staff, YYYY-MM-DD; today where it is left out; station: for staff of the whole
    county, who must name one; others have their own.
    """

    day: str | None = text(10, default=None)
    station: str | None = text(ID, default=None)
    cursor: str | None = text(400, default=None)
    limit: int | None = None


@dataclass(frozen=True)
class MoveAsked:
    """A new time. Attributes: hold: a hold that was made with ``moving``."""

    hold: int


@dataclass(frozen=True)
class Ended:
    """What became of something."""

    id: int
    state: str


@dataclass(frozen=True)
class WaitAsked:
    """A place in line. Attributes: kind: mediation, legal_aid, lawyer, adviser, home or car."""

    kind: str = text(12, least=1)
    station: str = text(40, least=1)


@dataclass(frozen=True)
class WaitMade:
    """A place in line that was taken."""

    id: int
    kind: str
    station: str


@dataclass(frozen=True)
class WaitCard:
    """A place in line. Attributes: ahead: how many wait before; offer: the hold that is offered."""

    id: int
    kind: str
    station: str
    ahead: int
    offer: int | None


@dataclass(frozen=True)
class WaitPage:
    """What a resident waits for."""

    items: tuple[WaitCard, ...]
    next: str | None


@dataclass(frozen=True)
class TicketAsked:
    """A number for who comes without a time. Attributes: need: what for; name: for staff who give it."""

    station: str = text(40, least=1)
    need: str = text(12, default="ask")
    name: str = field(default="", repr=False, metadata={"most": 20})


@dataclass(frozen=True)
class TicketCard:
    """A number. Attributes: label: as it is called; serving: the one called last; ahead: people before."""

    id: int
    label: str
    station: str
    need: str
    state: str
    serving: str
    ahead: int
    made: datetime


@dataclass(frozen=True)
class LineAsked:
    """Which station's line."""

    station: str = text(40, least=1)


@dataclass(frozen=True)
class LineCard:
    """The line of a station now. Attributes: waiting: how many people."""

    station: str
    serving: str
    waiting: int


@dataclass(frozen=True)
class Arrived:
    """Somebody came to an appointment. Attributes: kept: in time; ticket: the number of who was late."""

    id: int
    kept: bool
    ticket: TicketCard | None


@dataclass(frozen=True)
class ProgressAsked:
    """Who asks by paper code. Attributes: phone: the last four digits."""

    phone: str = text(4, least=4)


@dataclass(frozen=True)
class Progress:
    """How a matter stands, in words alone."""

    state: str
    words: str
