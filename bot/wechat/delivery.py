"""Acts of the sender on outbox rows: claim with the quota ledger, record what became of it, sweep."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from bot.errors import Fenced
from bot.wechat.rights import lose_right, stop_api
from bot.wechat.verdict import Verdict, spread
from bot.work.alarms import clear_alarm, raise_alarm
from bot.work.statements import Statement, statement
from bot.work.unit import Work

LEASE_MS = 30_000
STUCK_MS = 10 * 60_000
STUCK_ALARM = "outbox"

# A message waits for an older one of the same resident that is due or was put off, and while one is
# on its way. The lock on the resident keeps other nodes off, and takes no lock while waiting for one.
_CLAIM = """
    with picked as materialized (
        select o.id from outbox o join resident r on r.id = o.resident_id
        where o.state = 'created' and o.due_at <= :now and not exists (
            select 1 from outbox p where p.resident_id = o.resident_id and p.id <> o.id
            and (p.state = 'sending' or (p.state = 'created' and p.id < o.id
                and (p.due_at <= :now or p.reason is not null))))
        order by o.due_at, o.id limit :most {lock}
    )
    update outbox set state = 'sending', attempts = attempts + 1, lease_until = :until, lease_by = :node
    where id in (select id from picked)
    returning id, resident_id, kind, body, attempts, due_at
"""
CLAIM = Statement(
    sqlite=statement(_CLAIM.format(lock="")).sqlite,
    postgres=statement(_CLAIM.format(lock="for update of o, r skip locked")).postgres,
)
RESIDENT = statement(
    """
    select door, openid, left_at, said_left, said_until, did_left, did_until from resident where id = :id
    """
)
DEBIT_SAID = statement("update resident set said_left = said_left - 1 where id = :id")
DEBIT_DID = statement("update resident set did_left = did_left - 1 where id = :id")
# Only while the window is the one that was charged: a new word of the resident has opened a new one.
CREDIT_SAID = statement(
    "update resident set said_left = said_left + 1 where id = :id and said_until = :until and said_left < 5"
)
CREDIT_DID = statement(
    "update resident set did_left = did_left + 1 where id = :id and did_until = :until and did_left < 3"
)
EMPTY = statement(
    """
    update resident set said_left = 0, did_left = 0
    where id = :id and said_until = :said_until and did_until = :did_until
    """
)
END = statement(
    """
    update outbox set state = :state, reason = :reason, due_at = :due, lease_until = 0, ended_at = :ended,
        body = case when :erase = 1 then null else body end
    where id = :id and attempts = :attempts and lease_by = :node
        and (state = 'sending' or (state = 'unknown' and :taken = 1))
    """
)
STOPS = statement(
    """
    select door, until, reason from api_stop where api = 'send' and until > :now
    union all
    select door, blocked_until, blocked_why from access_token
    where blocked_until > :now and expires_at <= :now
    """
)
LOST_RIGHTS = statement("""select door from account_right where "right" = 'push' and not allowed""")
LEFT_OVER = statement(
    """
    update outbox set state = 'unknown', reason = 'interrupted while sending', ended_at = :now
    where state = 'sending' and lease_until < :before
    """
)
WAKE = statement(
    """
    update outbox set state = 'created' where state = 'kept' and due_at <= :now and reason like 'waits: %'
    """
)
OF_THE_GONE = statement(
    """
    update outbox set state = 'dropped', reason = 'the resident has left', body = null, ended_at = :now
    where state in ('created', 'kept', 'unknown')
        and resident_id in (select id from resident where left_at is not null)
    """
)
STUCK = statement("select count(*) from outbox where state = 'created' and due_at < :before")
STUCK_OPEN = statement("select 1 from alarm where kind = 'outbox' and cleared_at is null limit 1")
STOPS_OVER = statement("delete from api_stop where until <= :now returning door, api")
DUE = text("select 1 from outbox where state = 'created' and due_at <= :now limit 1")


@dataclass(frozen=True)
class Claimed:
    """A row on its way: what the sender needs, sealed as it lies in the tables.

    Attributes: window: the ledger that was charged, ``did`` or ``said``, which ends at `until`.
    """

    id: int
    resident_id: int
    door: str
    attempts: int
    due_ms: int
    claimed_ms: int
    said_until: int
    did_until: int
    window: str
    openid: bytes = field(repr=False)
    body: bytes = field(repr=False)


def anything_due(connection: Connection, now: int) -> bool:
    """Whether a claim is worth an act."""
    return connection.execute(DUE, {"now": now}).first() is not None


def claim(
    work: Work, node: str, most: int, doors: Sequence[str]
) -> tuple[tuple[Claimed, ...], tuple[str, ...]]:
    """Take due rows, charge the ledger, and end at once those that cannot be sent.

    Args: doors: those whose account has credentials. Returns: what is to be sent, and the states to
    which the other rows came.
    """
    rows = work.run(CLAIM, now=work.now_ms, until=work.now_ms + LEASE_MS, node=node, most=most)
    if not rows:
        return (), ()
    stops = {door: (int(until), str(why)) for door, until, why in work.run(STOPS, now=work.now_ms)}
    lost = {door for (door,) in work.run(LOST_RIGHTS)}
    taken: list[Claimed] = []
    ended: list[str] = []
    for row in sorted(rows, key=lambda row: int(row[0])):
        claimed, verdict = _charged(work, row, stops, lost.union(_missing(doors)))
        if verdict is None:
            taken.append(claimed)
        else:
            _end(work, claimed.id, claimed.attempts, node, verdict)
            ended.append(verdict.state)
    return tuple(taken), tuple(ended)


def record(work: Work, claimed: Claimed, node: str, verdict: Verdict) -> None:
    """Write what became of a row. Raises: Fenced when the row is no longer this claim's."""
    if verdict.credit:
        credit, until = (
            (CREDIT_DID, claimed.did_until) if claimed.window == "did" else (CREDIT_SAID, claimed.said_until)
        )
        work.changed(credit, id=claimed.resident_id, until=until)
    if verdict.empty:
        work.changed(
            EMPTY, id=claimed.resident_id, said_until=claimed.said_until, did_until=claimed.did_until
        )
    if not _end(work, claimed.id, claimed.attempts, node, verdict):
        raise Fenced
    if verdict.stop_until:
        stop_api(work, claimed.door, "send", verdict.stop_until, verdict.reason)
    if verdict.right_lost:
        lose_right(work, claimed.door, "push", verdict.reason)
    if verdict.alarm:
        raise_alarm(work, verdict.alarm, claimed.door, verdict.reason)


def sweep(work: Work, *, alone: bool = False) -> int:
    """Put right what a crash or a departure left behind, and watch over what is late.

    Args: alone: no other process sends, so whatever is 'sending' belongs to one that has died.
    Returns: how many rows became `created` again.
    """
    now = work.now_ms
    work.changed(LEFT_OVER, now=now, before=2**62 if alone else now)
    work.changed(OF_THE_GONE, now=now)
    woken = work.changed(WAKE, now=now)
    for door, api in work.run(STOPS_OVER, now=now):
        clear_alarm(work, f"{api}_stopped", door)
    late = int(work.run(STUCK, before=now - STUCK_MS)[0][0])
    ringing = bool(work.run(STUCK_OPEN))
    if late and not ringing:
        raise_alarm(work, STUCK_ALARM, "", f"{late} messages wait longer than {STUCK_MS // 60_000} minutes")
    elif ringing and not late:
        clear_alarm(work, STUCK_ALARM)
    return woken


def _missing(doors: Sequence[str]) -> set[str]:
    return {"oa", "mini"} - set(doors)


def _charged(
    work: Work, row: tuple[object, ...], stops: dict[str, tuple[int, str]], closed: set[str]
) -> tuple[Claimed, Verdict | None]:
    ident, resident, kind, body, attempts, due = row
    door, openid, left, said_left, said_until, did_left, did_until = work.run(RESIDENT, id=resident)[0]
    did = did_left > 0 and did_until > work.now_ms
    said = said_left > 0 and said_until > work.now_ms
    claimed = Claimed(
        id=int(str(ident)),
        resident_id=int(str(resident)),
        door=str(door),
        attempts=int(str(attempts)),
        due_ms=int(str(due)),
        claimed_ms=work.now_ms,
        said_until=said_until,
        did_until=did_until,
        window="did" if did else "said",
        openid=bytes(openid or b""),
        body=body if isinstance(body, bytes) else b"",
    )
    verdict = _unsendable(claimed, str(kind), left, stops, closed, work.now_ms)
    if verdict is None and not (did or said):
        verdict = Verdict("kept", "window")
    if verdict is None:
        work.changed(DEBIT_DID if did else DEBIT_SAID, id=resident)
    return claimed, verdict


def _unsendable(
    claimed: Claimed,
    kind: str,
    left: object,
    stops: dict[str, tuple[int, str]],
    closed: set[str],
    now: int,
) -> Verdict | None:
    if left is not None or not claimed.openid:
        return Verdict("dropped", "the resident has left", erase=True)
    if not claimed.body:
        return Verdict("dropped", "no text")
    if kind != "text":
        return Verdict("failed", f"no way to send a {kind}", alarm="push")
    if claimed.door in closed:
        return Verdict("kept", "the account may not push")
    if claimed.door in stops:
        until, why = stops[claimed.door]
        return spread(until, why, claimed.attempts, now)
    return None


def _end(work: Work, ident: int, attempts: int, node: str, verdict: Verdict) -> int:
    waits = verdict.state == "created"
    return work.changed(
        END,
        id=ident,
        attempts=attempts,
        node=node,
        state=verdict.state,
        taken=int(verdict.state == "sent"),
        reason=verdict.reason[:120],
        due=verdict.due_ms or work.now_ms,
        ended=None if waits else work.now_ms,
        erase=int(verdict.erase),
    )
