"""The parts of the matcher, and how each is taken out of it for a measurement.

The service knows no switches: nothing can run half a matcher by mistake. So a part is taken out from outside,
in a process that measures and ends: entries without it, or what does its work replaced by what does nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from knowledge import index, matching, scorer, topic_model, vocabulary
from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT, Library
from knowledge.rules import RuleSet
from knowledge.topic_model import TopicModel
from knowledge.triage import Triage
from knowledge.weights import Weights

PARTS: Mapping[str, str] = MappingProxyType({
    "cover": "share of the wording that is covered",
    "three": "mean of the three nearest wordings",
    "text": "the entry's own text",
    "keywords": "keywords",
    "sure": "patterns that confirm",
    "never": "patterns that forbid, with `instead`",
    "likeness": "likeness of the nearest wording, letter by letter",
    "slips": "common slips, greetings left off",
    "sounds": "sounds (pinyin), words typed in letters",
    "topic": "topic by words",
    "guides": "guides with their choices and words of scope",
    "rules": "referral, wrongs, adverts, hard cases",
    "danger": "danger screen",
})  # fmt: skip
"""In the order in which they are switched on over the nearest wording by pairs of characters."""

_OF = {"text": "text", "likeness": "likeness", "topic": "topic"}
"""Parts that are one signal of `weights`."""
_NEVER = re.compile("(?!)")


class _NoTopics(TopicModel):
    """Words that tell no topic."""

    def __init__(self, topics: Sequence[str], *_rest: object) -> None:
        self.topics = tuple(topics)

    def evidence(self, plain: str) -> list[float]:
        """See `TopicModel.evidence`."""
        del plain
        return [0.0] * (len(self.topics) + 1)


@contextmanager
def without(off: Collection[str]) -> Iterator[None]:
    """Takes parts out of every matcher that is built and used in the block.

    Args: off: names of `PARTS`; ``keywords``, ``sure``, ``never``, ``guides`` and ``slips``, ``rules`` are
    taken out of what `library` and `triage` give. Raises: ValueError for a name that is no part.
    """
    unknown = set(off) - set(PARTS)
    if unknown:
        raise ValueError(f"no part of the matcher: {', '.join(sorted(unknown))}")
    with ExitStack() as stack:
        for part in off:
            for owner, name, value in _SWAPS.get(part, ()):
                stack.enter_context(swapped(owner, name, value))
        yield


def library(whole: Library, off: Collection[str]) -> Library:
    """The entries without the parts that are their own."""
    names = {"keywords", "sure", "never"} & set(off)
    entries = whole.entries if "guides" in off else tuple(whole)
    bare: dict[str, Any] = dict.fromkeys(names, ())
    return Library({entry.id: replace(entry, **bare) for entry in entries}, whole.words)


def triage(hotlines: Hotlines, off: Collection[str]) -> Triage:
    """The hand-written lists without the parts that are theirs."""
    found = Triage.load(hotlines)
    if "slips" in off:
        found = replace(found, slips={})
    return replace(found, rules={name: RuleSet(()) for name in found.rules}) if "rules" in off else found


def left(weights: Weights, off: Collection[str]) -> Weights:
    """Weights whose signals are out: what these would weigh goes to the other signals of likeness."""
    out = {signal for part, signal in _OF.items() if part in off}
    near = {*_OF.values(), "wordings"}
    all_near = sum(weights.signals[n] for n in near)
    more = all_near / sum(weights.signals[n] for n in near - out)
    signals = {n: 0.0 if n in out else w * more if n in near else w for n, w in weights.signals.items()}
    return replace(weights, signals=signals)


def size(read: Library, off: Collection[str]) -> int:
    """Bytes of the words of which a matcher of these entries is built, with the tables that it loads."""
    tables = (("sounds", CONTENT / "pinyin.txt"), ("topic", topic_model.FILE))
    total = sum(path.stat().st_size for part, path in tables if part not in off)
    for entry in read:
        words = [form for word in entry.keywords for form in word.forms]
        patterns = [
            *(pattern for group in entry.sure for pattern in group),
            *(n.pattern for n in entry.never),
        ]
        texts = (*entry.wordings, entry.title, *words, *patterns, *entry.scope, *entry.not_scope)
        total += sum(len(text.encode()) for text in texts)
        total += 0 if "text" in off else len(scorer._text(entry).encode())
    return total


@contextmanager
def swapped(owner: Any, name: str, value: object) -> Iterator[None]:
    """Something else under a name for the time of a block. Raises: AttributeError for no such name."""
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def _nothing(*_args: object, **_kwargs: object) -> None:
    """In place of what finds something."""


_SWAPS: Mapping[str, Sequence[tuple[Any, str, object]]] = MappingProxyType({
    "cover": ((index, "COSINE", 1.0), (index, "COVER", 0.0)),
    "three": ((index, "BEST_OF", 1),),
    "text": ((scorer, "_text", lambda _entry: ""),),
    "likeness": ((scorer, "LIKENED", 0),),
    "slips": ((scorer, "matter", lambda clean: clean),),
    "sounds": ((vocabulary, "sounds", lambda _text: []), (matching, "_LATIN", _NEVER)),
    "topic": ((scorer, "TopicModel", _NoTopics),),
    "danger": ((Danger, "screen", _nothing), (Danger, "hints", _nothing)),
})  # fmt: skip
