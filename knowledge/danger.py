"""The danger screen: is somebody's life, body or money at risk right now?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.library import CONTENT
from knowledge.normal import Normal, bare
from knowledge.pinned import read_pinned
from knowledge.rules import Rule, RuleSet, read_rules

PIN = "0c5ff5a3e36a9ff1f1d2608821f2da21c51b70562b59c073c54110d59e8f6f28"
"""SHA-256 of the shipped danger.yaml."""

DangerKind = Literal["suicide", "violence", "child", "threat", "crowd", "fraud_now"]
FIXED = ("store_away", "not_stored", "send_any_word", "listening")
"""Keys of the fixed texts."""


@dataclass(frozen=True)
class Alarm:
    """A danger that was seen: its kind, the safety text with its numbers, and the rule; no message."""

    kind: DangerKind
    text: str
    rule: str


class Danger:
    """Screens messages; immutable after loading, so it may be used from any thread."""

    def __init__(self, rules: Sequence[Rule], mask: Sequence[str], texts: Mapping[str, str],
                 fixed: Mapping[str, str]) -> None:  # fmt: skip
        self._rules = RuleSet(rules)
        self._mask = re.compile("|".join(f"(?:{p})" for p in mask)) if mask else None
        self._normal = Normal()
        self._seen = lru_cache(maxsize=64)(self._look)  # the door looks first, the matcher looks again
        self.texts, self.fixed = dict(texts), dict(fixed)

    @classmethod
    def load(cls, hotlines: Hotlines, path: Path = CONTENT / "danger.yaml", *, pin: str = PIN) -> "Danger":
        """Read rules and texts.

        Args: hotlines: resolves the numbers in the texts; pin: expected SHA-256 of the file.
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
        return cls(
            rules,
            data.get("mask") or (),
            {kind: hotlines.fill(row["text"]) for kind, row in kinds.items()},
            {key: hotlines.fill(text) for key, text in data["fixed"].items()},
        )

    @property
    def interim(self) -> str:
        """What is said when the message is kept but the database is away."""
        return self.fixed["store_away"]

    def screen(self, texts: Sequence[str]) -> Alarm | None:
        """Look at messages alone and joined.

        Args: texts: the pieces of one resident, oldest first, the newest last.
        Returns: the first danger seen, looking at the joined text last, or None.
        """
        views = [self._normal.clean(text) for text in texts]
        if len(views) > 1:
            views.append("".join(views))
        for view in reversed(views):
            found = self._seen(view)
            if found:
                return found
        return None

    def _look(self, text: str) -> Alarm | None:
        plain = bare(text)
        if not self._rules.woken(plain):
            return None
        if self._mask is not None:
            plain = self._mask.sub("。", plain)
        fired = self._rules.first(plain)
        if fired is None:
            return None
        kind = cast(Any, fired.rule.kind)
        return Alarm(kind, self.texts[kind], fired.rule.name)
