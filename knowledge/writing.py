"""Entries to YAML, in the form that `knowledge.reading` takes: what is written and read again is the same."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import yaml

from knowledge.entry import Ask, Citation, Entry, Keyword, Limit, Option, Pattern, Review, Way

_WIDTH = 1 << 20
"""No value is broken into several lines."""


def written(entries: Iterable[Entry]) -> str:
    """One content file with these entries, in their order."""
    return yaml.dump(
        [_entry(entry) for entry in entries],
        Dumper=yaml.CSafeDumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
    )


def by_file(entries: Iterable[Entry]) -> Mapping[str, str]:
    """The content files with these entries: name of the file and its text, one file a topic."""
    topics: dict[str, list[Entry]] = {}
    for entry in entries:
        topics.setdefault(entry.topic, []).append(entry)
    return {f"{topic}.yaml": written(found) for topic, found in topics.items()}


def _entry(entry: Entry) -> dict[str, Any]:
    """The fields in the order in which authors write them; an empty one that is not needed is left out."""
    guide = entry.is_guide
    needed = {"short", "citations", "next", "risk", "review"} | (
        {"shows_choices"} if guide else {"wordings", "keywords", "full"}
    )
    values: dict[str, Any] = {
        "wordings": list(entry.wordings),
        "keywords": [_keyword(one) for one in entry.keywords],
        "sure": [list(group) for group in entry.sure],
        "not": [_pattern(one) for one in entry.never],
        "scope": list(entry.scope),
        "not_scope": list(entry.not_scope),
        "short": entry.short,
        "assumes": entry.assumes,
        "today": list(entry.today),
        "proof": list(entry.proof),
        "do_not": list(entry.do_not),
        "ways": [_way(one) for one in entry.ways],
        "ask": [_ask(one) for one in entry.ask],
        "full": {name: list(lines) for name, lines in asdict(entry.full).items() if lines},
        "limits": [_limit(one) for one in entry.limits],
        "shows_choices": entry.shows_choices,
        "citations": [_citation(one) for one in entry.citations],
        "next": list(entry.next),
        "related": list(entry.related),
        "verify_by": [_without_empty(asdict(one)) for one in entry.verify_by],
        "audience": list(entry.audience),
        "risk": entry.risk.value,
        "review": _review(entry.review),
    }
    only_guide = {"scope", "not_scope", "today", "proof", "do_not", "ways", "shows_choices"}
    head = {"id": entry.id} | ({"kind": entry.kind.value} if guide else {})
    kept = {
        name: value
        for name, value in values.items()
        if (value or name in needed) and (guide or name not in only_guide)
    }
    return {**head, "topic": entry.topic, "title": entry.title, **kept}


def _keyword(one: Keyword) -> Any:
    return {"say": one.say, "also": list(one.also)} if one.also else one.say


def _pattern(one: Pattern) -> Any:
    return {"pattern": one.pattern, "instead": one.instead} if one.instead else one.pattern


def _ask(one: Ask) -> dict[str, Any]:
    return {"q": one.question, "options": [_option(option) for option in one.options]}


def _option(one: Option) -> dict[str, Any]:
    side = {"side": True} if one.side else {}
    return {"label": one.label, "patterns": list(one.patterns), "then": one.then, **side}


def _limit(one: Limit) -> dict[str, Any]:
    return {"what": one.what, "period": one.period, "from": one.start, "article": one.article}


def _way(one: Way) -> dict[str, Any]:
    return _without_empty(asdict(one))


def _citation(one: Citation) -> dict[str, Any]:
    return {"law": one.law, "article": one.article, "version": one.version, "says": one.says}


def _review(one: Review) -> dict[str, Any]:
    return asdict(one)


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != ""}
