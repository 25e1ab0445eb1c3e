"""Addresses of what the service itself shows of a station: its public board, and the way to its map."""

from urllib.parse import quote

from handlers.directory.county import StationCard

_MARKER = (
    "https://apis.map.qq.com/uri/v1/marker?marker=coord:{at};title:{title};addr:{address}&referer=xiaosi"
)
"""Tencent's public map address: it wants the name of a program and no key; it counts in GCJ-02, as the
county's file does."""


def board(base: str, station_id: str) -> str:
    """The station's public board (四公开), or nothing without a root of links."""
    return f"{base}/board/{quote(station_id)}" if base else ""


def way_to_map(base: str, card: StationCard) -> str:
    """A short address that leads on to the station on a map; nothing where its coordinates are not known."""
    return f"{board(base, card.id)}/map" if base and _placed(card) else ""


def map_of(card: StationCard) -> str:
    """The station on a public map; nothing where its coordinates are not known."""
    if not _placed(card):
        return ""
    at = f"{card.latitude},{card.longitude}"
    return _MARKER.format(at=at, title=quote(card.name), address=quote(card.address or card.town))


def _placed(card: StationCard) -> bool:
    return card.latitude is not None and card.longitude is not None
