"""Whether this process looks at its connections in time: only where it does not is the system asked."""

import asyncio
import time

_BEAT = 0.05
_LATE = 0.3
_SETTLED = 1.0


class Pulse:
    """Beats while messages come, and notices when the loop came round late.

    A loop that comes round within 0.3 seconds has seen each request and each cut at most that long
    after it happened. After a late round, as of a process that was stopped or had no processor, requests may
    have lain unseen for as long as it lasted, so that a while is waited before it counts as steady again.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._beat = self._shaken = 0.0
        self._asked = False

    def steady(self) -> bool:
        """Whether the loop has come round in time for a second; False before anything is known."""
        self._asked = True
        now = time.monotonic()  # the clock of a loop may stand still within one round
        if self._timer is None:
            self._beat = self._shaken = now
            self._timer = asyncio.get_running_loop().call_later(_BEAT, self._next)
        return now - self._beat < _LATE and now - self._shaken > _SETTLED

    def _next(self) -> None:
        now = time.monotonic()
        if now - self._beat >= _LATE:
            self._shaken = now
        self._beat, asked, self._asked = now, self._asked, False
        self._timer = asyncio.get_running_loop().call_later(_BEAT, self._next) if asked else None
