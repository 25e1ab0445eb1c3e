"""How a resident's file is shown: a player, a small picture that leads to the whole, or words about it."""

from typing import Any

from admin.console import words
from bot.wechat.media_reading import Card

PLAYED = ("audio/mpeg", "audio/wav", "audio/ogg")
"""Sounds that browsers play as they are."""


def shown(card: Card, at: str, *, able: bool) -> dict[str, Any]:
    """A file for the macro of `media.html`.

    Args: at: its address; able: whether files can be turned into what browsers show.
    """
    there = card.state == "kept"
    return {
        "at": at,
        "voice": there and card.kind == "voice" and (able or card.mime in PLAYED),
        "image": there and card.kind == "image",
        "video": there and card.kind == "video",
        "poster": able,
        "file": there,
        "size": words.size_words(card.size),
        "note": words.media_note(card),
        "heard": card.words,
    }
