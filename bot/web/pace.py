"""How often one caller may ask in a minute: reads and writes are counted apart, on each node for itself.

It keeps a program that went wild from slowing the node down for others. What must hold however many nodes
there are, such as wrong codes, is counted in the database.
"""

from dataclasses import dataclass, field

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Paces:
    """Requests in a minute. Attributes: address: of one network address without a session, whoever is behind
    it.
    """

    reads: int = 240
    writes: int = 60
    staff: int = 600
    address: int = 6_000


@dataclass
class Pace:
    """Counts the requests of this minute; nothing of a minute outlives it."""

    paces: Paces = field(default_factory=Paces)
    _minute: int = 0
    _counts: dict[tuple[str, bool], int] = field(default_factory=dict, repr=False)

    def wait(self, who: str, most: int, now_ms: int, *, writes: bool) -> int:
        """Count a request. Args: who: names the caller; now_ms: milliseconds UTC.

        Returns: seconds until they may ask again, 0 where they may now.
        """
        minute = now_ms // MINUTE_MS
        if minute != self._minute:  # also when the clock was set back
            self._minute, self._counts = minute, {}
        key = (who, writes)
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        if count <= most:
            return 0
        return -(-((minute + 1) * MINUTE_MS - now_ms) // 1000)
