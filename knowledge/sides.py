"""What is said once a fact was told: its text first, then the general text as far as there is room."""

import re

from knowledge.entry import Entry, Option

ROOM = 300
"""Characters of an answer's text."""
_LEAST = 24
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")


def told_text(entry: Entry, option: Option, told: str) -> str:
    """The text of an entry for one fact.

    An option that is a side of its own (the merchant, not the buyer) is said alone: the general text
    speaks to the other side.

    Args: told: words that name the fact as told or as taken, such as 照您说的情况：.
    """
    first = f"{told}{option.label}。{option.then}"
    if option.side:
        return first
    general = _shortened(entry.short, ROOM - len(first) - 1)
    return f"{first}\n{general}" if general else first


def _shortened(text: str, room: int) -> str:
    """The first whole sentences that there is room for; nothing rather than a scrap."""
    if len(text) <= room:
        return text
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if len(kept) + len(sentence) > room:
            break
        kept += sentence
    kept = kept.rstrip("；")
    return kept if len(kept) >= _LEAST else ""
