"""A small pack of made-up entries, so that tests of the machinery do not depend on the shipped content."""

from pathlib import Path

from knowledge.danger import Danger
from knowledge.decision import Outcome
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher, Thresholds

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
"""Development data beside the checkout; tests that want it skip, saying so, where it is absent."""

_EXAMPLES = Path(__file__).parent / "examples"
WAGES = (_EXAMPLES / "labour.yaml").read_text("utf-8")
LEAK = (_EXAMPLES / "neighbour.yaml").read_text("utf-8")


def write_pack(folder: Path, **files: str) -> Path:
    """A folder with topic files; by default the two above."""
    for topic, text in (files or {"labour": WAGES, "neighbour": LEAK}).items():
        (folder / f"{topic}.yaml").write_text(text, "utf-8")
    return folder


def refused(matcher: Matcher, text: str) -> bool:
    """Whether a resident hears that this is not helped with, be it as a doubt or before a lawful answer."""
    found = matcher.decide(text)
    return found.decision is Outcome.REFUSE or found.text.startswith(matcher.triage.sayings["doubt_first"])


def matcher_of(library: Library, thresholds: Thresholds | None = None) -> Matcher:
    """A matcher with the shipped tables."""
    hotlines = Hotlines.load()
    return Matcher(library, hotlines, Danger.load(hotlines), thresholds=thresholds)
