"""Counters of the doors for ``/metrics``; none carries anybody's data."""

from prometheus_client import Counter, Histogram

RECEIVED = Counter("xiaosi_received", "Pushes taken in, by kind", ["door", "kind"])
REFUSED = Counter("xiaosi_refused", "Pushes refused at the door, by reason", ["door", "why"])
ANSWER_SECONDS = Histogram(
    "xiaosi_answer_seconds",
    "Seconds from a push's arrival until its text was written",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 4.5, 5),
)
