"""The hot statements of inbox and turn: constant SQL, the same text on both engines."""

from bot.work.statements import Statement, statement

FIND = statement(
    "select id, resident_id, state, channel, reply, written_at, decision from inbox where mark = :mark"
)

TAKE_RESIDENT = statement(
    # draws the sequence, opens the window of the platform, and takes the lease if it is free; gives and
    # changes nothing for a message that is stored already
    """
    insert into resident (door, mark, openid, account, last_seq, fence, lease_until, holder,
        thread_until, said_until, said_left, did_until, did_left, first_at, last_at)
    select :door, :who, :openid, :account, 1, 1, :until, :holder,
        0, :said_until, :said_left, :did_until, :did_left, :now, :now
    where not exists (select 1 from inbox where mark = :mark)
    on conflict (mark) do update set
        last_seq = resident.last_seq + 1,
        fence = case when resident.lease_until < :now then resident.fence + 1 else resident.fence end,
        holder = case when resident.lease_until < :now then excluded.holder else resident.holder end,
        lease_until = case when resident.lease_until < :now then excluded.lease_until
            else resident.lease_until end,
        said_left = case when excluded.said_until > 0 then excluded.said_left else resident.said_left end,
        said_until = case when excluded.said_until > 0 then excluded.said_until else resident.said_until end,
        did_left = case when excluded.did_until > 0 then excluded.did_left else resident.did_left end,
        did_until = case when excluded.did_until > 0 then excluded.did_until else resident.did_until end,
        last_at = excluded.last_at,
        left_at = case when excluded.said_until > 0 or excluded.did_until > 0 then null
            else resident.left_at end
    returning id, last_seq, fence, holder, conversation, context, door, thread_until
    """
)

STORE = statement(
    """
    insert into inbox (mark, resident_id, seq, kind, body, state, channel, reply, decision,
        received_at, tried_at, written_at, node)
    values (:mark, :resident, :seq, :kind, :body, :state, :channel, :reply, :decision,
        :received, :received, :written, :node)
    on conflict (mark) do nothing
    returning id
    """
)

TRY_AGAIN = statement(
    "update inbox set tried_at = :now, node = :node where id = :id and state = 'open' and channel is null"
)

CLAIM = statement(
    """
    update resident set fence = fence + 1, holder = :holder, lease_until = :until
    where id = :resident and lease_until < :now
    returning fence, conversation, context, door, thread_until
    """
)

OPEN_ROWS = statement(
    """
    select id, mark, seq, kind, body, received_at, group_id, channel from inbox
    where resident_id = :resident and state = 'open' order by seq limit 12
    """
)

JOINED_ROWS = statement(
    "select body, received_at from inbox where group_id = :group and state = 'joined' order by seq"
)

OWED = statement(
    # shown once more: replies whose writing was never recorded, texts that could not be pushed
    """
    select 'inbox', id, reply from inbox
    where resident_id = :resident and state = 'done' and shown_at is null
        and (channel in ('kept', 'unknown')
            or (channel = 'response' and written_at is null and tried_at < :stale))
    union all
    select 'outbox', id, body from outbox
    where resident_id = :resident and state in ('kept', 'unknown')
    order by 1, 2
    """
)

RENEW = statement(
    "update resident set lease_until = :until where id = :resident and fence = :fence returning id"
)

END_TURN = statement(
    """
    update resident set conversation = :conversation, context = :context,
        lease_until = case when last_seq = :seq then 0 else :until end
    where id = :resident and fence = :fence
    returning last_seq, thread_until
    """
)

FREE = statement("update resident set lease_until = 0 where id = :resident and fence = :fence")

CLOSE = statement(
    """
    update inbox set state = 'done', reply = :reply, whole = :whole, decision = :decision, channel = case
        when :silent = 1 then 'none'
        when channel is not null then channel
        when :passive = 1 and tried_at + :respond > :now then 'response'
        when :may_push = 1 then 'push'
        else 'kept' end
    where id = :id and state = 'open'
    returning channel
    """
)

JOIN = statement(
    """
    update inbox set state = 'joined', channel = coalesce(channel, 'none'), group_id = :group
    where id = :id and state = 'open'
    """
)

SET_GROUP = statement("update inbox set group_id = :group where id = :id and state = 'open'")

SHOWN_INBOX = statement("update inbox set shown_at = :now where id = :id")
HAND_OVER = statement(
    """
    update inbox set channel = case when :may_push = 1 then 'push' else 'kept' end
    where mark = :mark and state = 'open' and channel is null
    """
)

KEEP = statement(
    # not 'unknown': the other node may still record that it wrote its response
    "update inbox set channel = 'kept' where id = :id and channel in ('response', 'unknown')"
)

WRITTEN = Statement(
    sqlite="update inbox set written_at = :now, channel = 'response'"
    " where channel in ('response', 'unknown') and mark in (select value from json_each(:marks))",
    postgres="update inbox set written_at = %(now)s, channel = 'response'"
    " where channel in ('response', 'unknown')"
    " and mark in (select json_array_elements_text(cast(%(marks)s as json)))",
)
"""For many messages at once. ``marks``: a JSON list."""

ABANDONED = statement(
    """
    select distinct inbox.resident_id from inbox join resident on resident.id = inbox.resident_id
    where inbox.state = 'open' and resident.lease_until < :now
        and (inbox.tried_at < :orphaned or inbox.channel is not null)
    limit 50
    """
)

BREAK_LEASES = statement(
    "update resident set lease_until = 0, fence = fence + 1 where lease_until > 0 and holder like :mine"
)
MARK_UNKNOWN = statement(
    """
    update inbox set channel = 'unknown'
    where state = 'done' and channel = 'response' and written_at is null and node = :node
    """
)

HOLD_THREAD = statement("update resident set thread_until = :until where id = :resident")
