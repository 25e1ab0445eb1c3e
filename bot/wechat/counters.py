"""Counters of the outbound path for ``/metrics``; none carries anybody's data."""

from prometheus_client import Counter, Histogram

SENT = Counter("xiaosi_push_sent", "Messages that the platform took", ["door"])
REFUSED = Counter("xiaosi_push_refused", "Refusals of the platform", ["door", "code"])
ENDED = Counter("xiaosi_push_ended", "Outbox rows by the state they came to", ["state"])
TOKENS = Counter("xiaosi_token_fetches", "Fetches of an access token", ["door"])
SECONDS = Histogram(
    "xiaosi_push_seconds",
    "Seconds from the moment a message was due until the platform took it",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
