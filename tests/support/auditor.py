"""The auditor: compares what residents sent and saw with what stands in the database."""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, text

from admin.sandbox.pushing import Try
from bot.crypto import Vault
from tests.support.node import SECRET, Place, fixed_texts
from tests.support.storm import AGAIN, FEEDBACK_DONE, HOME_DONE, Resident, Spoken, Storm

_NAMES = {"城东司法所": "chengdong", "柳河司法所": "liuhe", "石桥司法所": "shiqiao"}
_ENDED = {"sent", "kept", "dropped", "failed", "unknown"}


@dataclass(frozen=True)
class Row:
    """A message as it stands in the inbox."""

    id: int
    resident_id: int
    seq: int
    state: str
    channel: str | None
    reply: str
    decision: str
    group_id: int | None

    @property
    def last_part(self) -> str:
        """The new reply's last paragraph: older replies stand before it."""
        return self.reply.rstrip().split("\n\n")[-1]


@dataclass
class Findings:
    """What the audit found. All lists must be empty; the counts tell how much was looked at."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unended: list[str] = field(default_factory=list)
    messages: int = 0
    never_arrived: int = 0
    tries: int = 0
    pushed: int = 0
    shown_again: int = 0
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
            f"{self.effects} effects, {self.pushed} pushed, {self.shown_again} shown again, "
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
        return "\n".join([counts, *wrong, *self.stories[:6]]) if wrong else f"{counts}; lost 0, doubled 0, changed 0"


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
        found = self.rows(
            "select mark, id, resident_id, seq, state, channel, reply, decision, group_id from inbox"
        )
        return {
            mark: Row(ident, resident, seq, state, channel, self.opened(reply), decision or "", group)
            for mark, ident, resident, seq, state, channel, reply, decision, group in found
        }

    def residents(self) -> dict[str, int]:
        """Ids by openid."""
        found = self.rows("select id, openid from resident where openid is not null")
        return {self._vault.open(openid, "resident.openid"): ident for ident, openid in found}

    def opened(self, reply: bytes | None) -> str:
        """A sealed reply in plain."""
        return self._vault.open(reply, "inbox.reply") if reply is not None else ""

    def mark(self, spoken: Spoken) -> str:
        """The mark of a message's key: door, account, sender and the platform's id."""
        fields = spoken.push.fields
        key = f"{fields['ToUserName']}|{fields['FromUserName']}|m{fields['MsgId']}"
        return self._vault.mark(f"key|{spoken.door}|{key}")

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()


def audit(books: Books, storm: Storm) -> Findings:
    """Compare. To be called when the storm is over, all work has ended, and the last words were said."""
    found, inbox, ids = Findings(), books.inbox(), books.residents()
    fixed = set(fixed_texts().values()) - {fixed_texts()["sorry"]}
    for resident in storm.people.values():
        rows = {id(one): inbox.get(books.mark(one)) for one in resident.spoken}
        before = _wrong(found)
        _messages(found, resident, rows, fixed)
        _pushes(found, resident, rows)
        _kept(found, resident, rows, fixed)
        _effects(found, books, resident, rows, ids.get(resident.who))
        if _wrong(found) > before:
            found.stories.append(_story(resident, rows))
    _ended(found, books)
    known = {books.mark(one) for one in storm.spoken}
    found.changed += [f"message {row.id} was never sent" for mark, row in inbox.items() if mark not in known]
    return found


def _messages(found: Findings, resident: Resident, rows: dict[int, Row | None], fixed: set[str]) -> None:
    for spoken in resident.spoken:
        row = rows[id(spoken)]
        found.messages += 1
        found.tries += len(spoken.tries) + len(spoken.repeats)
        found.changed += [f"{_name(spoken, row)}: {why}" for why in spoken.faults]
        if row is None:
            if spoken.answered:
                found.lost.append(f"{_name(spoken, row)}: acknowledged, and not stored")
            found.never_arrived += 1
            continue
        found.channels[f"{row.state}/{row.channel}"] += 1
        real = {words for words in spoken.answers if words not in fixed}
        found.interim += len([words for words in spoken.answers if words in fixed])
        if len(real) > 1 and not (real - {""} == set()):
            found.changed.append(f"{_name(spoken, row)}: tries were answered differently")
        if row.decision == "error":
            found.changed.append(f"{_name(spoken, row)}: the turn broke")
        if spoken.text and spoken.text not in fixed and spoken.text != row.reply:
            found.changed.append(f"{_name(spoken, row)}: shown otherwise than stored")
        if spoken.expects and spoken.expects not in row.reply:
            found.changed.append(f"{_name(spoken, row)}: expected {spoken.expects}")


def _pushes(found: Findings, resident: Resident, rows: dict[int, Row | None]) -> None:
    """Each pushed text belongs to one message that had no text in its response."""
    waiting: Counter[str] = Counter()
    for spoken in resident.spoken:
        row = rows[id(spoken)]
        if row is not None and row.reply and spoken.text != row.reply:
            waiting[row.reply] += 1
    for shown in resident.shown:
        if shown.reply_to is not None:
            continue
        found.pushed += 1
        if waiting[shown.text] > 0:
            waiting[shown.text] -= 1
        elif shown.text in {row.reply for row in rows.values() if row is not None}:
            found.doubled.append(f"{resident.who}: pushed a second time")
        else:
            found.changed.append(f"{resident.who}: pushed a text that is no reply")


def _kept(found: Findings, resident: Resident, rows: dict[int, Row | None], fixed: set[str]) -> None:
    """Each reply was shown: in its response, by a push, or once more with a later one."""
    plain = Counter(one.text for one in resident.shown)
    needed: Counter[str] = Counter()
    by_id = {row.id: row for row in rows.values() if row is not None}
    for spoken in resident.spoken:
        row = rows[id(spoken)]
        if row is None or row.state == "joined":
            if row is not None and not _takes_over(row, by_id):
                found.lost.append(f"{_name(spoken, row)}: joined to nothing")
            continue
        if not row.reply:
            found.lost.append(f"{_name(spoken, row)}: {row.state}, {row.channel}, without a reply")
            continue
        needed[row.reply] += 1
        if needed[row.reply] > plain[row.reply]:
            quoted = [one.text for one in resident.shown if AGAIN in one.text and one.text != row.reply]
            if any(row.reply in words or f"/m/{row.id}-" in words for words in quoted):
                found.shown_again += 1
            else:
                found.lost.append(f"{_name(spoken, row)}: {row.channel}, never shown")


def _takes_over(row: Row, by_id: dict[int, Row]) -> bool:
    return any(
        other.seq > row.seq and other.state == "done" and other.group_id == row.group_id
        for other in by_id.values()
    )


def _effects(
    found: Findings, books: Books, resident: Resident, rows: dict[int, Row | None], ident: int | None
) -> None:
    """As many effects as replies that tell of one; the last choice is the one that counts."""
    ended = sorted((row for row in rows.values() if row is not None), key=lambda row: row.seq)
    homes = [row.last_part for row in ended if row.last_part.startswith(HOME_DONE)]
    verdicts = [row for row in ended if row.last_part.startswith(FEEDBACK_DONE)]
    home = books.rows("select times, station_id from home_station where resident_id = :r", r=ident)
    given = books.count("select count(*) from feedback where resident_id = :r", r=ident)
    times = home[0][0] if home else 0
    found.effects += times + given
    for name, told, stands in (("home", len(homes), times), ("feedback", len(verdicts), given)):
        if stands > told:
            found.doubled.append(f"{resident.who}: {name} {stands} times, told {told} times")
        elif stands < told:
            found.lost.append(f"{resident.who}: {name} {stands} times, told {told} times")
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
        stands = f"{row.id}/{row.seq} {row.state} {row.channel} {_short(row.reply)}" if row else "no row"
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
