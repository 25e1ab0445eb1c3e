"""The danger screen: is somebody's life, body or money at risk right now?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

import yaml

from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT
from knowledge.normal import Normal, bare
from knowledge.pinned import read_pinned
from knowledge.rules import Mask, Rule, RuleSet, read_rules
from knowledge.signs import RINGS, Signs, Weighed
from knowledge.tone import DANGER, Tone, tones

PIN = "bec6c89f82a5866b6cef254c159691ea0eef84938a307835bfd94d992abc5f94"
"""SHA-256 of the shipped danger.yaml."""

DangerKind = Literal["suicide", "violence", "child", "threat", "crowd", "fraud_now", "accident"]
FIXED = ("store_away", "not_stored", "send_any_word", "listening", "quiet_line")
"""Keys of the fixed texts."""
SOUNDS, CALM = 0.5, -1.6
"""The tone from which on a message rings that no rule knows; below which its words alone do not ring."""
LEAST = 9
"""Characters of a message whose tone is heard."""
TOGETHER = 70
"""The most characters over which the patterns of a rule may be spread in a story."""
_DISTRESS = frozenset({"suicide", "violence", "threat"})
"""Kinds of which a faint sign is worth a quiet line with numbers."""


class Over(NamedTuple):
    """What speaks against an alarm: rules of an ordinary matter, and the kinds of danger they silence."""

    kinds: frozenset[str]
    rules: RuleSet


class Faint(NamedTuple):
    """From which score on a text rings that holds no word of everyday business; of which kinds."""

    least: float
    kinds: frozenset[str]
    business: re.Pattern[str]

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> "Faint":
        """From ``least``, ``kinds``, ``business``; without them nothing faint rings."""
        if row is None:
            return cls(RINGS, frozenset(), re.compile("(?!)"))
        return cls(float(row["least"]), frozenset(row["kinds"]), re.compile(row["business"]))

    def rings(self, weighed: Weighed, plain: str) -> bool:
        """Whether this score is enough. Args: plain: the text without punctuation, nothing masked."""
        if weighed.score >= RINGS:
            return True
        return weighed.score >= self.least and weighed.kind in self.kinds and not self.business.search(plain)


class _Look(NamedTuple):
    """What one view of the messages shows: the alarm, if any; the kinds that would ring but for context."""

    alarm: "Alarm | None"
    over: frozenset[str]


_NOTHING = _Look(None, frozenset())


@dataclass(frozen=True)
class Alarm:
    """A danger that was seen: its kind, the safety text with its numbers, and the rule; no message."""

    kind: DangerKind
    text: str
    rule: str


class Danger:
    """Screens messages; immutable after loading, so it may be used from any thread."""

    def __init__(self, rules: Sequence[Rule], mask: Sequence[str], over: Sequence[Over], signs: Signs,
                 faint: Faint, texts: Mapping[str, str], fixed: Mapping[str, str],
                 tone: Tone | None = None) -> None:  # fmt: skip
        self._rules = RuleSet(rules)
        self._over = tuple(over)
        self._signs, self._faint, self._tone = signs, faint, tone
        self._mask = Mask(mask)
        self._normal = Normal()
        self._seen = lru_cache(maxsize=512)(self._look)  # the door looks first, the matcher looks again
        self._weigh = lru_cache(maxsize=64)(signs.weigh)
        self.texts, self.fixed = dict(texts), dict(fixed)

    @classmethod
    def load(cls, hotlines: Hotlines, path: Path = CONTENT / "danger.yaml", *, pin: str = PIN,
             tone: Callable[[], Tone] | None = tones) -> "Danger":  # fmt: skip
        """Read rules and texts.

        Args: hotlines: resolves the numbers in the texts; pin: expected SHA-256 of the file; tone: gives the
        learned tones, None for rules alone.
        Raises: TamperedError when it differs, KnowledgeError for a form that is wrong.
        """
        data = yaml.load(read_pinned(path, pin), Loader=yaml.CSafeLoader)
        kinds = {row.get("kind"): row for row in data["kinds"]}
        if set(kinds) != set(get_args(DangerKind)) or set(data["fixed"]) != set(FIXED):
            raise KnowledgeError(
                f"{path.name}: expected the kinds {get_args(DangerKind)} and the texts {FIXED}"
            )
        rules: list[Rule] = []
        for kind, row in kinds.items():
            rules += read_rules(row["rules"], kind=kind, file=path.name)
        over = [
            Over(frozenset(row["kinds"]), RuleSet(read_rules(row["rules"], file=path.name)))
            for row in data.get("over") or ()
        ]
        if strays := frozenset[str]().union(*(row.kinds for row in over)) - set(kinds):
            raise KnowledgeError(f"{path.name}: 'over' names {sorted(strays)[0]!r}, which is no kind")
        return cls(
            rules,
            data.get("mask") or (),
            over,
            Signs(data["signs"], file=path.name),
            Faint.read(data.get("faint")),
            {kind: hotlines.fill(row["text"]) for kind, row in kinds.items()},
            {key: hotlines.fill(text) for key, text in data["fixed"].items()},
            tone and tone(),
        )

    def screen(self, texts: Sequence[str]) -> Alarm | None:
        """Look at messages alone and joined.

        Args: texts: the pieces of one resident, oldest first, the newest last.
        Returns: the first danger seen, looking at the joined text last, or None.
        """
        # what was said twice counts once, at its last place: asking again is no new sign
        pieces = list(dict.fromkeys(self._normal.clean(text) for text in reversed(texts)))[::-1]
        views = [(piece, True) for piece in pieces]
        if len(pieces) > 1:
            views.append(("".join(pieces), False))  # a tone is of one message: joined, small talk sounds odd
        for view, toned in reversed(views):
            found = self._seen(view, toned).alarm
            if found:
                return found
        return None

    def hints(self, text: str) -> bool:
        """Whether a message that does not ring may still come from somebody in distress."""
        if self._seen(self._normal.clean(text), True).over & _DISTRESS:
            return True
        weighed = self.weighed(text)
        return weighed.kind in _DISTRESS and weighed.score >= self._signs.hint

    def weighed(self, text: str) -> Weighed:
        """What the signs of a message weigh, for those who set the weights."""
        return self._weigh(self._mask.over(bare(self._normal.clean(text))))

    def _look(self, text: str, toned: bool) -> _Look:
        plain = bare(text)
        # what is masked only takes words away, so that most messages need not be masked
        woken, may_ring = self._rules.woken(plain), self._signs.may_reach(plain, self._faint.least)
        tone = self._tone if toned and len(plain) >= LEAST else None
        sounds = tone is not None and tone.reaches(DANGER, plain, SOUNDS)
        if not (woken or may_ring or sounds):
            return _NOTHING
        masked = self._mask.over(plain)
        if masked != plain:
            woken = self._rules.woken(masked)
        over = frozenset[str]()
        # context is asked for only where something would ring, of the words as they were said
        while (alarm := self._alarm(plain, masked, woken, may_ring, sounds, over)) and (
            silenced := self._silenced(plain, alarm.kind)
        ):
            over |= silenced
        return _Look(alarm, over)

    def _alarm(
        self, plain: str, masked: str, woken: Mapping[int, str], may_ring: bool, sounds: bool,
        but: frozenset[str],
    ) -> Alarm | None:  # fmt: skip
        fired = self._rules.among(woken, masked, TOGETHER, but)
        if fired is not None:
            kind = cast(Any, fired.rule.kind)
            return Alarm(kind, self.texts[kind], fired.rule.name)
        if may_ring:
            weighed = self._signs.weigh(masked, self._faint.least, but)
            if self._faint.rings(weighed, plain) and not self._calm(plain):
                kind = cast(Any, weighed.kind)
                return Alarm(kind, self.texts[kind], f"{weighed.score:.2f} by {', '.join(weighed.signs[:4])}")
        if not sounds or self._tone is None or but:
            return None
        kind = cast(Any, self._tone.kind(plain))
        return Alarm(kind, self.texts[kind], "tone")

    def _calm(self, plain: str) -> bool:
        """Whether a text sounds so ordinary that alarming words in it are chance."""
        return self._tone is not None and self._tone.score(DANGER, plain) < CALM

    def _silenced(self, plain: str, kind: str) -> frozenset[str]:
        """The kinds that are no danger in this context, when that one is among them."""
        found = (over.kinds for over in self._over if kind in over.kinds and over.rules.first(plain))
        return next(found, frozenset())
