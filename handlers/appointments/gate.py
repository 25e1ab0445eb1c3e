"""What cannot be booked: whether the words of a resident lead elsewhere, and where.

Not a word decides but what stands around it: what is denied, wished, threatened, asked or over is taken out
first (see gate.yaml), then rules look at the rest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import yaml

from bot.clock import in_china, instant
from handlers.appointments.limits import days_left
from knowledge.danger import Danger
from knowledge.errors import KnowledgeError
from knowledge.hotlines import Hotlines
from knowledge.normal import Normal
from knowledge.rules import Mask, Rule, RuleSet, read_rules

RED_DAYS = 7
"""With fewer days to a legal limit nothing waits for papers (法律援助法 44): a person looks the same day."""
MEDIATION = "mediation"
SHIPPED = Path(__file__).with_name("gate.yaml")

Reason = Literal[
    "violence",
    "deadline",
    "handed",
    "crime",
    "decided",
    "arbitration",
    "court",
    "police",
    "administrative",
    "status",
    "title",
]
_TAKEN = frozenset({"decided", "arbitration", "court", "police"})
"""Matters of another body, which may hand them over for mediation."""
_HARM = frozenset({"violence", "child"})
_FIELDS = {"reason", "basis", "text", "note", "also", "rules"}
_PART = re.compile(r"[^0-9a-z\u3400-\u9fff？]+")


@dataclass(frozen=True)
class Turned:
    """What stands against a booking.

    Attributes: say: for the resident, with numbers filled in; stops: it must not be booked as this kind;
    same_day: a person must see it today; rule: which rule saw it, for tests and curators.
    """

    reason: Reason
    say: str
    stops: bool
    same_day: bool
    rule: str = ""


@dataclass(frozen=True)
class Ground:
    """A reason as it is read from gate.yaml.

    Attributes: text: said where it stops; note: said before a booking that goes on, empty where the reason
    does not concern other kinds than mediation; also: said after another reason's text.
    """

    reason: Reason
    rules: RuleSet
    text: str
    note: str = ""
    also: str = ""


class Gate:
    """Looks at words; immutable after loading."""

    def __init__(self, grounds: Mapping[Reason, Ground], mask: Sequence[str], danger: Danger) -> None:
        self._grounds, self._mask, self._normal, self._danger = dict(grounds), Mask(mask), Normal(), danger

    @classmethod
    def load(cls, hotlines: Hotlines, path: Path = SHIPPED) -> "Gate":
        """Read reasons and rules. Raises: KnowledgeError for a form that is wrong or an unknown number."""
        whole = hotlines.fill(path.read_text("utf-8"))
        for name, words in yaml.load(whole, Loader=yaml.CSafeLoader)["parts"].items():
            whole = whole.replace(f"<{name}>", words)
        data = yaml.load(whole, Loader=yaml.CSafeLoader)
        grounds = {row.get("reason"): row for row in data["reasons"]}
        if list(grounds) != list(get_args(Reason)):
            raise KnowledgeError(f"{path.name}: expected the reasons {get_args(Reason)}, in this order")
        read = {cast(Reason, reason): _ground(row, path.name) for reason, row in grounds.items()}
        return cls(read, data["mask"], Danger.load(hotlines))

    def look(self, kind: str, words: Sequence[str], now_ms: int) -> Turned | None:
        """Whether a matter may be booked as a kind.

        Args: kind: of `handlers.appointments.supply.KINDS`; words: all that was said of it in own words;
        now_ms: milliseconds UTC, for the days that are left to a legal limit.
        Returns: None when nothing stands against it.
        """
        plain = self.plain(words)
        masked = self._mask.over(plain)
        fired = self._fired(masked)
        red = self._red(plain, masked, now_ms)
        if kind != MEDIATION:
            return self._noted(fired, red)
        handed = fired.get("handed")
        reasons: list[Reason] = [one for one in fired if not (handed and one in _TAKEN | {"handed"})]
        if not {"violence", "crime"} & set(reasons) and self._in_danger(words):
            reasons.insert(0, "violence")
        first = reasons[0] if reasons else "deadline" if red else "handed" if handed else None
        if first is None:
            return None
        rule = fired.get(first)
        if first == "handed":
            return Turned(
                "handed", self._grounds["handed"].note, stops=False, same_day=False, rule=_name(rule)
            )
        say = (rule.text if rule and rule.text else "") or self._grounds[first].text
        if red and first != "deadline":
            say = f"{say}\n{self._grounds['deadline'].also}"
        return Turned(first, say, stops=True, same_day=red, rule=_name(rule))

    def after_harm(self) -> Turned:
        """What is said to who told of blows a moment ago, whatever they say of the matter now."""
        return Turned("violence", self._grounds["violence"].text, stops=True, same_day=False)

    def plain(self, words: Sequence[str]) -> str:
        """The words in one form, with a comma for every stop; 俺 is 我, as the rules say it."""
        clean = self._normal.clean("，".join(one for one in words if one.strip())).replace("俺", "我")
        return _PART.sub("，", clean.replace("?", "？")).strip("，")

    def masked(self, words: Sequence[str]) -> str:
        """What the rules look at, for those who write them."""
        return self._mask.over(self.plain(words))

    def _fired(self, masked: str) -> dict[Reason, Rule]:
        """The first rule of each reason that holds, in the order of the reasons."""
        found: dict[Reason, Rule] = {}
        for reason, ground in self._grounds.items():
            fired = ground.rules.first(masked)
            if fired is not None and reason != "deadline":
                found[reason] = fired.rule
        return found

    def _in_danger(self, words: Sequence[str]) -> bool:
        """Whether the danger screen hears blows or a child harmed: then nobody is asked to sit down."""
        alarm = self._danger.screen([one for one in words if one.strip()])
        return alarm is not None and alarm.kind in _HARM

    def _red(self, plain: str, masked: str, now_ms: int) -> bool:
        today = in_china(instant(now_ms)).date()
        left = days_left(plain, today)
        if left is not None:
            return 0 <= left < RED_DAYS
        return self._grounds["deadline"].rules.first(masked) is not None

    def _noted(self, fired: Mapping[Reason, Rule], red: bool) -> Turned | None:
        """What is said before a booking of another kind, which goes on."""
        seen: list[Reason] = [one for one in fired if self._grounds[one].note and one != "handed"]
        if red:
            seen.append("deadline")
        if not seen:
            return None
        say = "\n".join(self._grounds[one].note for one in seen)
        return Turned(seen[0], say, stops=False, same_day=red, rule=_name(fired.get(seen[0])))


@cache
def gate() -> Gate:
    """The shipped gate, loaded once."""
    return Gate.load(Hotlines.load())


def _name(rule: Rule | None) -> str:
    return rule.name if rule else ""


def _ground(row: Any, file: str) -> Ground:
    unknown = set(row) - _FIELDS
    if unknown or not row.get("basis") or not row.get("text"):
        raise KnowledgeError(f"{file}, {row['reason']}: expected reason, basis, text and rules")
    rules = read_rules(row["rules"], kind=row["reason"], file=file)
    texts = (str(row.get(name) or "").strip() for name in ("text", "note", "also"))
    return Ground(row["reason"], RuleSet(rules), *texts)
