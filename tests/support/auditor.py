"""The auditor: compares what residents sent and saw with what stands in the database."""

import base64
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, text

from admin.sandbox.pushing import WAIT, Try
from bot.crypto import Vault
from tests.support.node import SECRET, Place, fixed_texts
from tests.support.storm import AGAIN, FEEDBACK_DONE, HOME_DONE, WHY_DONE, Resident, Spoken, Storm

_NAMES = {"城东司法所": "chengdong", "柳河司法所": "liuhe", "石桥司法所": "shiqiao"}
PIECES = ("是", "1", "2", "3")
"""Words that are no whole message where nothing was asked: said again after an answer that came late."""
LATE = 0.25
"""Seconds by which a try may end after its time; a later end tells that the test had no time to read."""
_ENDED = {"sent", "kept", "dropped", "failed", "unknown"}


@dataclass(frozen=True)
class Row:
    """A message as it stands in the inbox."""

    id: int
    resident_id: int
    seq: int
    state: str
    channel: str | None
    decision: str | None
    group_id: int | None
    reply: str
    whole: str
    """The whole text, where the reply had to be cut."""
    words: str

    def new_part(self, earlier: Sequence["Row"]) -> str:
        """The reply without the older ones, or links to them, that stand before it."""
        rest, olds = self.reply, sorted({row.reply for row in earlier if row.reply}, key=len, reverse=True)
        while rest.startswith(AGAIN):
            rest = rest.removeprefix(AGAIN).lstrip("\n")
            quoted = next((old for old in olds if rest.startswith(old)), rest.split("\n")[0])
            rest = rest[len(quoted) :].lstrip("\n")
        return rest

    def quotes(self, other: "Row") -> bool:
        """Whether an older reply stands in this one, or on the page that it links to."""
        shown = self.whole if f"/m/{self.id}-" in self.reply else self.reply
        return f"{AGAIN}\n{other.reply}" in shown or (bool(other.whole) and other.whole in shown)


@dataclass
class Findings:
    """What the audit found. All lists must be empty; the counts tell how much was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    messages: int = 0
    never_arrived: int = 0
    refused: int = 0
    tries: int = 0
    pushed: int = 0
    shown_again: int = 0
    unjudged: int = 0
    """Answers in time to a try that the test gave up too late to know whether they had come."""
    interim: int = 0
    effects: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    stories: list[str] = field(default_factory=list)
    """What the residents concerned said and saw, to find out why."""

    @property
    def clean(self) -> bool:
        """Nothing lost, doubled or changed, and everything ended."""
        return not (self.lost or self.doubled or self.changed or self.unended)

    def __str__(self) -> str:
        counts = (
            f"{self.messages} messages in {self.tries} tries, {self.never_arrived} never arrived, "
            f"{self.refused} refused, {self.effects} effects, {self.pushed} pushed, "
            f"{self.shown_again} shown again, {self.unjudged} not judged, "
            f"{self.interim} interim, by {dict(self.channels)}"
        )
        wrong = [
            f"{name} {len(found)}: {found[:8]}"
            for name, found in (
                ("lost", self.lost),
                ("doubled", self.doubled),
                ("changed", self.changed),
                ("unended", self.unended),
            )
            if found
        ]
        return (
            "\n".join([counts, *wrong, *self.stories[:10]])
            if wrong
            else f"{counts}; lost 0, doubled 0, changed 0"
        )


class Books:
    """The database of a cell, read from outside."""

    def __init__(self, place: Place) -> None:
        url = place.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        self._engine: Engine = create_engine(url or f"sqlite:///{place.folder / 'xiaosi.db'}")
        self._vault = Vault(SECRET)
        key = self.rows("select value from keyring where name = 'index'")[0][0]
        self._vault = self._vault.with_index(base64.b64decode(self._vault.open(key, "keyring.value")))

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """Rows of a query."""
        with self._engine.connect() as connection:
            return list(connection.execute(text(sql), values).all())

    def count(self, sql: str, **values: Any) -> int:
        """The one number that a query gives."""
        return int(self.rows(sql, **values)[0][0])

    def open_work(self) -> int:
        """How many messages and pushes have not come to an end."""
        return self.count(
            "select (select count(*) from inbox where state = 'open')"
            " + (select count(*) from outbox where state in ('created', 'sending'))"
        )

    def inbox(self) -> dict[str, Row]:
        """All messages, by the mark of their key."""
        columns = "mark, id, resident_id, seq, state, channel, decision, group_id, reply, whole, body"
        return {
            mark: Row(
                *(ident, resident, seq, state, channel, decision, group),
                self._opened(reply, "inbox.reply"),
                self._opened(whole, "inbox.whole"),
                json.loads(self._opened(body, "inbox.body"))["t"],
            )
            for mark, ident, resident, seq, state, channel, decision, group, reply, whole, body in self.rows(
                f"select {columns} from inbox"
            )
        }

    def residents(self) -> dict[str, int]:
        """Ids by openid."""
        found = self.rows("select id, openid from resident where openid is not null")
        return {self._vault.open(openid, "resident.openid"): ident for ident, openid in found}

    def _opened(self, sealed: bytes | None, place: str) -> str:
        return self._vault.open(sealed, place) if sealed is not None else ""

    def mark(self, spoken: Spoken) -> str:
        """The mark of a message's key: door, account, sender and the platform's id."""
        fields = spoken.push.fields
        key = f"{fields['ToUserName']}|{fields['FromUserName']}|m{fields['MsgId']}"
        return self._vault.mark(f"key|{spoken.door}|{key}")

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()


def audit(books: Books, storm: Storm, *, full: bool = False) -> Findings:
    """Compare. To be called when the storm is over, all work has ended, and the last words were said.

    Args: full: the disk was full, so that residents may have been told that nothing was stored.
    """
    found, inbox, ids = Findings(), books.inbox(), books.residents()
    fixed = set(fixed_texts().values()) - {fixed_texts()["sorry"]}
    for resident in storm.people.values():
        rows = {id(one): inbox.get(books.mark(one)) for one in resident.spoken}
        _unsure(resident, rows)
        lost, before = len(found.lost) + len(found.doubled), _wrong(found)
        _messages(found, resident, rows, fixed, full)
        _shown(found, resident, rows)
        _in_order(found, resident, rows)
        _effects(found, books, resident, rows, ids.get(resident.who))
        if _wrong(found) > before:
            first = len(found.lost) + len(found.doubled) > lost  # the worst is told first
            found.stories.insert(0 if first else len(found.stories), _story(resident, rows))
    _ended(found, books)
    known = {books.mark(one) for one in storm.spoken}
    found.changed += [f"message {row.id} was never sent" for mark, row in inbox.items() if mark not in known]
    return found


def _unsure(resident: Resident, rows: dict[int, Row | None]) -> None:
    """Who was shown nothing but older replies answers a question that is perhaps open no more."""
    stored = [(spoken, row) for spoken in resident.spoken if (row := rows[id(spoken)]) is not None]
    stored.sort(key=lambda pair: pair[1].seq)
    for place, (spoken, _row) in enumerate(stored[1:], 1):
        last = stored[place - 1][1]
        if last.reply and not last.new_part([row for _spoken, row in stored[: place - 1]]):
            spoken.expects = ""


def _messages(
    found: Findings, resident: Resident, rows: dict[int, Row | None], fixed: set[str], full: bool
) -> None:
    for spoken in resident.spoken:
        row = rows[id(spoken)]
        found.messages += 1
        found.tries += len(spoken.tries) + len(spoken.repeats)
        if row is None and full and _refused(spoken):
            found.refused += 1
            continue
        found.changed += [f"{_name(spoken, row)}: {why}" for why in spoken.faults]
        if row is None:
            if spoken.answered:
                found.lost.append(f"{_name(spoken, row)}: acknowledged, and not stored")
            found.never_arrived += 1
            continue
        found.channels[f"{row.state}/{row.channel}"] += 1
        real = {words for words in spoken.answers if words not in fixed}
        found.interim += len([words for words in spoken.answers if words in fixed])
        if len(real) > 1:
            found.changed.append(f"{_name(spoken, row)}: tries were answered differently")
        if row.decision == "error":
            found.changed.append(f"{_name(spoken, row)}: the turn broke")
        if spoken.text and spoken.text not in fixed and spoken.text != row.reply:
            found.changed.append(f"{_name(spoken, row)}: shown otherwise than stored")
        if spoken.words != row.words:
            found.changed.append(f"{_name(spoken, row)}: stored otherwise than sent")
        if spoken.expects and spoken.expects not in row.reply:
            found.changed.append(f"{_name(spoken, row)}: expected {spoken.expects}")


def _refused(spoken: Spoken) -> bool:
    """Whether the resident was told that it was not stored; at the mini-program by the platform's notice."""
    if spoken.door == "mini":
        return bool(spoken.faults)
    return set(spoken.answers) == {fixed_texts()["not_stored"]}


def _shown(found: Findings, resident: Resident, rows: dict[int, Row | None]) -> None:
    """Each reply was shown: in its response, by a push of its own, or once more with a later one."""
    pushed = Counter(one.text for one in resident.shown if one.reply_to is None)
    seen = {one.text for one in resident.shown}
    stored = [(spoken, row) for spoken in resident.spoken if (row := rows[id(spoken)]) is not None]
    shown_rows: list[Row] = []
    found.pushed += pushed.total()

    def again(row: Row) -> bool:
        return any(other.seq > row.seq and other.quotes(row) for other in shown_rows)

    for spoken, row in sorted(stored, key=lambda pair: -pair[1].seq):  # what is quoted may quote in its turn
        if row.reply in seen or (row.reply and (again(row) or _perhaps(spoken, row))):
            shown_rows.append(row)

    # equal texts: a push counts first for a message that was not shown in any other way
    for spoken, row in sorted(stored, key=lambda pair: again(pair[1])):
        if not row.reply:
            _silent(found, spoken, row, [other for _spoken, other in stored])
        elif spoken.text == row.reply:
            continue
        elif pushed[row.reply] > 0:
            pushed[row.reply] -= 1
        elif again(row):
            found.shown_again += 1
        elif _perhaps(spoken, row):
            found.unjudged += 1
        else:
            found.lost.append(f"{_name(spoken, row)}: {row.channel}, never shown")
    replies = {row.reply for _spoken, row in stored}
    for words in pushed.elements():
        if words in replies:
            found.doubled.append(f"{resident.who}: pushed a second time")
        else:
            found.changed.append(f"{resident.who}: pushed a text that is no reply")


def _perhaps(spoken: Spoken, row: Row) -> bool:
    """Whether a response may have come although the try counts as timed out: the test was late itself."""
    late = any(one.broke == "timeout" and one.seconds > WAIT + LATE for one in spoken.tries)
    return late and row.channel == "response"


def _in_order(found: Findings, resident: Resident, rows: dict[int, Row | None]) -> None:
    """A resident says the next thing when the tries of the one before are over: it must not overtake it."""
    newest = 0
    for spoken in resident.spoken:
        row = rows[id(spoken)]
        if row is not None and row.seq < newest:
            found.changed.append(f"{_name(spoken, row)}: overtaken by a newer message")
        newest = max(newest, row.seq if row is not None else 0)


def _silent(found: Findings, spoken: Spoken, row: Row, others: list[Row]) -> None:
    """A piece of a thought may be joined to a newer one, or change nothing; a whole message may not."""
    if row.state == "joined":
        if not any(o.seq > row.seq and o.state == "done" and o.group_id == row.group_id for o in others):
            found.lost.append(f"{_name(spoken, row)}: joined to nothing")
    elif spoken.expects or spoken.words not in PIECES:
        found.lost.append(f"{_name(spoken, row)}: {row.state}, {row.channel}, without a reply")


def _effects(
    found: Findings, books: Books, resident: Resident, rows: dict[int, Row | None], ident: int | None
) -> None:
    """As many effects as replies that tell of one; the last choice is the one that counts."""
    ended = sorted((row for row in rows.values() if row is not None), key=lambda row: row.seq)
    told = [row.new_part(ended[:place]) for place, row in enumerate(ended)]
    homes = [words for words in told if words.startswith(HOME_DONE)]
    verdicts = [words for words in told if words.startswith((FEEDBACK_DONE, WHY_DONE))]
    home = books.rows("select times, station_id from home_station where resident_id = :r", r=ident)
    given = books.count(  # 没解决 is kept as a verdict too, without a word of thanks
        "select count(*) from feedback where resident_id = :r and once not like 'unsolved:%'", r=ident
    )
    times = home[0][0] if home else 0
    found.effects += times + given
    for name, said, stands in (("home", len(homes), times), ("feedback", len(verdicts), given)):
        if stands > said:
            found.doubled.append(f"{resident.who}: {name} {stands} times, told {said} times")
        elif stands < said:
            found.lost.append(f"{resident.who}: {name} {stands} times, told {said} times")
    if homes and home and _NAMES[homes[-1].removeprefix(HOME_DONE).split("。")[0]] != home[0][1]:
        found.changed.append(f"{resident.who}: another station than the one told")


def _ended(found: Findings, books: Books) -> None:
    states: Sequence[Any] = books.rows("select id, state from inbox where state not in ('done', 'joined')")
    found.unended += [f"message {ident} is {state}" for ident, state in states]
    pushes = books.rows("select id, state, reason from outbox")
    found.unended += [
        f"push {ident} is {state} ({reason})"
        for ident, state, reason in pushes
        if state not in _ENDED or not reason
    ]
    twice = books.rows("select inbox_id from outbox group by inbox_id having count(*) > 1")
    found.doubled += [f"message {ident} has two pushes" for (ident,) in twice]
    acts = books.rows(
        "select conversation from act_done where name = 'finish' group by conversation having count(*) > 1"
    )
    found.doubled += [f"conversation {ident} has two ends" for (ident,) in acts]


def _wrong(found: Findings) -> int:
    return len(found.lost) + len(found.doubled) + len(found.changed)


def _story(resident: Resident, rows: dict[int, Row | None]) -> str:
    lines = [(one.at, f"push: {_short(one.text)}") for one in resident.shown if one.reply_to is None]
    for one in resident.spoken:
        row = rows[id(one)]
        tries = [each.broke or _short(_text(each)) for each in [*one.tries, *one.repeats]]
        stands = (
            f"{row.id}/{row.seq} {row.state} {row.channel} {row.decision} {_short(row.reply)}"
            if row
            else "no row"
        )
        lines.append((one.at, f"says {one.words} (expects {one.expects or '-'}) -> {tries}; {stands}"))
    told = [f"  {at - min(lines)[0]:7.2f} {line}" for at, line in sorted(lines)]
    return "\n".join([resident.who, *told])


def _text(one: Try) -> str:
    return one.answer.passive.text if one.answer and one.answer.passive else "success"


def _short(words: str) -> str:
    flat = words.replace("\n", "/")
    return flat if len(flat) < 60 else f"{flat[:24]}...{flat[-32:]}"


def _name(spoken: Spoken, row: Row | None) -> str:
    return f"{spoken.who} {row.id if row else spoken.push.fields['MsgId']}"
