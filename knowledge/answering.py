"""The words of each decision: an answer with the told fact, choices, a guide, or a way to a person."""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.decision import Decision, Outcome
from knowledge.entry import Ask, Entry, Option
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.rules import Rule
from knowledge.sides import told_text
from knowledge.topics import TOPICS
from knowledge.triage import Triage
from knowledge.wakers import Lazy

_OUTCOME = {
    "wrongdoing": Outcome.REFUSE,
    "advert": Outcome.SMALLTALK,
    "refer": Outcome.REFER,
    "hard": Outcome.ESCALATE,
}
TOPIC = "topic:"
"""Prefix of an option that stands for a whole topic."""


class Answers:
    """Phrases decisions from the entries of one library."""

    def __init__(self, library: Library, hotlines: Hotlines, triage: Triage) -> None:
        self._library = library
        self._hotlines = hotlines
        self._triage = triage
        self._say = triage.sayings
        self._guides = library.guides
        self._filled = lru_cache(maxsize=4096)(hotlines.fill)  # a few texts are said again and again
        self._by_topic: dict[str, list[Entry]] = {}
        for entry in library.entries:
            self._by_topic.setdefault(entry.topic, []).append(entry)
        self._topics = {entry.topic for entry in library}
        self._patterns = {
            entry.id: [[[Lazy(p) for p in o.patterns] for o in ask.options] for ask in entry.ask]
            for entry in library
        }

    def told(self, entry: Entry, clean: str) -> Option | None:
        """The option of an entry's question whose fact was told already; None for none, or for two."""
        return next((found[0] for found in self._told(entry, clean) if len(found) == 1), None)

    def torn(self, entry: Entry, clean: str) -> bool:
        """Whether the words fit both sides of a matter, so that its text might speak to the wrong one."""
        every = self._told(entry, clean)
        sides = max((len({option.side for option in found}) for found in every), default=0)
        return sides > 1 and all(len(found) != 1 for found in every)

    def _told(self, entry: Entry, clean: str) -> list[list[Option]]:
        """For each question of an entry the options whose facts were told."""
        return [
            [o for o, patterns in zip(ask.options, options, strict=True) if _any(patterns, clean)]
            for ask, options in zip(entry.ask, self._patterns[entry.id], strict=True)
        ]

    def entry(self, entry: Entry, clean: str, confidence: float, beside: Sequence[Entry] = ()) -> Decision:
        """The answer of an entry or guide to a cleaned question (empty when it was picked from a list).

        Args: beside: entries that may be meant instead, offered under an answer that asks nothing itself.
        """
        if entry.is_guide:
            return self.guided(entry, (), confidence)
        told = self.told(entry, clean) if clean else None
        if told is not None:
            # read between the lines by a pattern: it is said as a condition, never as what the resident said
            branch = self._branch(entry, told, "taken")
            return branch._replace(confidence=confidence, options=_titles(beside))
        text = entry.short
        if entry.assumes:
            text += f"\n{self._say['assumes']}{entry.assumes}"
        if entry.ask:  # its own question stands under it already
            return self._answer(entry, text, confidence, entry.ask[0])
        return self._answer(entry, text, confidence, None, _titles(beside))

    def branch(self, entry: Entry, option: Option) -> Decision:
        """The answer of an entry for one fact that was told in answer to its question."""
        return self._branch(entry, option, "told")

    def _branch(self, entry: Entry, option: Option, head: str) -> Decision:
        other = self._library.get(option.then)
        if other is not None:
            return self._answer(other, other.short, 1.0, None)
        if re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", option.then):
            return self._answer(entry, entry.short, 1.0, None)
        return self._answer(entry, told_text(entry, option, self._say[head]), 1.0, None)

    def guide(self, topic: str) -> Entry | None:
        """The guide of a topic, if there is one."""
        return self._guides.get(topic)

    def guided(self, guide: Entry, near: Sequence[Entry], confidence: float) -> Decision:
        """A guide with entries as choices, in their order, filled up with others of its topic."""
        room = guide.shows_choices
        choices = list({e.id: e for e in near}.values())[:room]
        if len(choices) < room:
            branches = [self._library.get(o.then) for ask in guide.ask for o in ask.options]
            wanted = [*choices, *branches, *self._related(guide)]
            distinct = {e.id: e for e in wanted if e is not None and not e.is_guide}
            choices = list(distinct.values())[:room]
        asks = choices and not guide.short.endswith("？")
        # the topic is a probable one, so it is named
        lines = [guide.short, self._say["guided"].format(topic=TOPICS[guide.topic])]
        text = "\n".join([*lines, self._say["guide"]] if asks else lines)
        return self._answer(guide, text, round(confidence, 3), None, _titles(choices))

    def topic(self, topic_id: str) -> Decision:
        """The guide of a topic, or the titles of its entries."""
        entries = self._by_topic.get(topic_id, [])
        guide = self._guides.get(topic_id)
        if guide:
            return self.guided(guide, (), 1.0)
        return self.clarify(entries[:5], 1.0) if entries else self.nothing([])

    def clarify(self, near: Sequence[Entry], confidence: float) -> Decision:
        """The nearest titles to choose from."""
        text = self._hotlines.fill(self._say["clarify"])
        return Decision(Outcome.CLARIFY, text, options=_titles(near), confidence=confidence)

    def nothing(self, topics: Sequence[str], *, little: bool = False) -> Decision:
        """Nothing found: the three nearest topics and a person."""
        ranked = dict.fromkeys([*topics, *self._triage.default_topics])
        wanted = [topic for topic in ranked if topic in self._topics][:3]
        options = tuple((self._guides[t].id if t in self._guides else TOPIC + t, TOPICS[t]) for t in wanted)
        text = self._say["more" if little else "nothing" if wanted else "none"]
        return Decision(Outcome.CLARIFY, text, options=options, found=False)

    def service(self, group: str) -> Decision:
        """A service word that reached the matcher (journeys take theirs before it)."""
        if group == "person":
            return Decision(Outcome.ESCALATE, self._say["person"], entry="service.person", confidence=1.0)
        if group == "menu":
            return self.nothing(())._replace(text=self._say["menu"], found=True, confidence=1.0)
        say = self._say[group if group in ("idle", "data") else "service"]
        return Decision(Outcome.SMALLTALK, say, entry=f"service.{group}", confidence=1.0)

    def wants_person(self, plain: str) -> str:
        """``person`` for a short message that asks for one in other words, else empty."""
        return "person" if len(plain) <= 14 and self._triage.person.search(plain) else ""

    def smalltalk(self, plain: str) -> Decision | None:
        """The answer to a message that is no question, or None."""
        if not plain:
            return Decision(Outcome.SMALLTALK, self._triage.only_signs, confidence=1.0)
        if len(plain) > 16:
            return None
        for talk in self._triage.smalltalk:
            if talk.pattern.fullmatch(plain):
                return Decision(Outcome.SMALLTALK, talk.text, entry=f"smalltalk.{talk.name}", confidence=1.0)
        return None

    def rule(self, name: str, rule: Rule) -> Decision:
        """What a hand-written rule says."""
        text = rule.text
        if name == "hard":
            text = f"{self._say['escalate']}{text}{self._say['escalate_where']}"
        slug = rule.name.replace(" ", "_").replace(",", "")
        return Decision(_OUTCOME[name], text, entry=f"{name}.{slug}", confidence=1.0)

    def warned(self, decision: Decision) -> Decision:
        """A sure answer to words that sound like a planned wrong: what is not helped with stands first."""
        return decision._replace(text=f"{self._say['doubt_first']}\n{decision.text}")

    def doubted(self, options: tuple[tuple[str, str], ...]) -> Decision:
        """What is said to words that only sound like the plan of a wrong, with what else they may mean."""
        text = self._say["doubted" if options else "doubted_alone"]
        return Decision(Outcome.REFUSE, text, entry="wrongdoing.doubt", options=options[:3], confidence=0.5)

    def beside(self, decision: Decision, line: str) -> Decision:
        """A refusal, or a case for a person, with one quiet line for somebody who may be in distress.

        Answers, choices and 'nothing found' stay as they are: there the line would only look out of place.
        """
        if decision.decision not in (Outcome.REFUSE, Outcome.ESCALATE):
            return decision
        return decision._replace(text=f"{decision.text}\n{line}")

    def _answer(self, entry: Entry, text: str, confidence: float, ask: Ask | None,
                options: tuple[tuple[str, str], ...] = ()) -> Decision:  # fmt: skip
        return Decision(
            Outcome.ANSWER,
            self._filled(text),
            kind=entry.kind.value,
            entry=entry.id,
            title=entry.title,
            citations=entry.citations,
            options=options,
            confidence=confidence,
            ask=ask,
            source=entry,
        )

    def _related(self, entry: Entry) -> list[Entry]:
        named = [self._library.get(i) for i in entry.related]
        same = self._by_topic.get(entry.topic, [])
        return list({e.id: e for e in [*named, *same] if e is not None and not e.is_guide}.values())


def _any(patterns: Sequence[Lazy], text: str) -> bool:
    return any(p.search(text) for p in patterns)


def _titles(entries: Sequence[Entry]) -> tuple[tuple[str, str], ...]:
    return tuple((e.id, e.title) for e in entries)
