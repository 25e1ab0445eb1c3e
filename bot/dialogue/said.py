"""What a resident said or did, freed from how it travelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.words import _

ANSWERED = frozenset(
    {"text", "image", "voice", "video", "location", "link", "card", "follow", "scan", "menu", "enter",
     "scancode", "pics", "place", "sticker", "file", "music", "left", "revoked", "cancelled",
     "heard", "consent"}
)  # fmt: skip
"""Kinds that get a turn; every other kind is stored and acknowledged."""

MESSAGES = frozenset(
    {"text", "image", "voice", "video", "location", "link", "card", "sticker", "file", "music"}
)
"""What a person said, in whatever form."""
_SHOWN = 200
TAPS = frozenset({"menu", "scancode", "follow", "scan"})
"""Acts that open the short window of three messages in one minute."""


@dataclass(frozen=True)
class Said:
    """One message or act.

    Attributes:
        kind: ``text``, ``image``, ``voice``, ``location``, ``follow``, ``scan``, ``menu``, ``left`` ...
        text: the words, the menu key, the scene of a code, or empty.
        values: further fields, as text.
    """

    kind: str
    text: str = field(default="", repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def heard_words(words: str) -> str:
    """What was understood of a voice, as it is shown back."""
    return _("我听到的是：“{words}”").format(words=words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…")
