"""From a message to a decision, step by step; each step leaves a line that a curator can read."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.answering import Answers
from knowledge.danger import Danger
from knowledge.decision import Decision, Outcome, Step, Trace
from knowledge.entry import Risk
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.scoring import Scored, Scorer
from knowledge.segment import Segmenter
from knowledge.triage import Triage

__all__ = ["Decision", "Matcher", "Outcome", "Step", "Thresholds"]

_CHOICE = re.compile(r"(?:选|第)?\s*(?:\d{1,2}|[一二三四五六七八九十])(?:个|项|号)?[.、。]?")
_ASKING = re.compile(
    r"(?:[?？]|[吗呢么嘛]|(?:怎么|咋)(?:办|弄|整|搞)|(?<=[\u4e00-\u9fff]{2})(?<![我你他她也就都说还从绝决并很])不|没有错|多少(?:钱|天)?|多久|几年|哪里?|谁)"
    r"[\s。.,!~…]*$"
)


@dataclass(frozen=True)
class Thresholds:
    """Where the decisions part. A wrong direct answer weighs ten choices of three, so these are high.

    Attributes:
        sure: least score of a direct answer when a ``sure`` list holds too.
        close: least likeness of the nearest wording for a direct answer without one.
        lead: how far a direct answer must be before the next entry.
        clear, ahead, brief: for a question of so few characters a lower score is enough with a ``sure``
        list when nothing else is near; a long story holds the words of many patterns.
        choice: least score of the first title that is worth being offered.
        rival: least share of the first title's score for the others.
        topic: least probability of a topic for its guide.
    """

    sure: float = 0.34
    close: float = 0.80
    lead: float = 0.06
    clear: float = 0.28
    ahead: float = 0.15
    brief: int = 20
    choice: float = 0.12
    rival: float = 0.5
    topic: float = 0.60


class Matcher:
    """Decides about messages. Immutable after building: any thread may use it.

    Args:
        library: what may be answered with; only these are ever named.
        hotlines: resolves the numbers in texts.
        danger: the danger screen, which comes first.
        triage: the hand-written lists; the shipped ones by default.
        cache_dir: where the segmenter may keep its cache.
    """

    def __init__(self, library: Library, hotlines: Hotlines, danger: Danger, *, triage: Triage | None = None,
                 thresholds: Thresholds | None = None, cache_dir: Path | None = None) -> None:  # fmt: skip
        self.library = library
        self.hotlines = hotlines
        self.triage = triage or Triage.load(hotlines)
        self._danger = danger
        self._limits = thresholds or Thresholds()
        self._normal = Normal(self.triage.slips)
        self._scorer = Scorer(library, Segmenter(cache_dir), self._normal)
        self._answers = Answers(library, hotlines, self.triage)
        self._services = {bare(self._normal.clean(w)): group for w, group in self.triage.services.items()}

    def decide(self, text: str) -> Decision:
        """What is to be said to this message, which may be several pieces joined by line ends."""
        trace = Trace()
        clean = self._normal.clean(text)
        plain = bare(clean)
        trace.add("normalise", "unchanged" if clean == text else f"{len(text)} to {len(clean)} characters")
        decision = self._screened(text, trace) or self._before_entries(plain, trace)
        if decision is None:
            decision = self._from_entries(clean, plain, trace)
        if self._danger.hints(text):
            trace.add("distress", "a hint of it")
            decision = self._answers.beside(decision, self._danger.fixed["quiet_line"])
        return replace(decision, trace=tuple(trace))

    def complete(self, text: str, decision: Decision | None = None) -> bool:
        """Whether a message needs no further piece.

        Args: decision: what `decide` said about it, when that is already known.
        """
        clean = self._normal.clean(text)
        if _CHOICE.fullmatch(clean) or bare(clean) in self._services or _ASKING.search(clean):
            return True
        known = decision or self.decide(text)
        return known.decision not in (Outcome.CLARIFY, Outcome.ANSWER) or (
            known.decision is Outcome.ANSWER and known.kind == "entry"
        )

    def answer(self, entry_id: str) -> Decision | None:
        """The answer of one entry or guide that a resident picked, or None when it is not in the library."""
        entry = self.library.get(entry_id)
        if entry is None:
            return None
        return replace(self._answers.entry(entry, "", 1.0), trace=(Step("picked", entry_id),))

    def branch(self, entry_id: str, question: int, option: int) -> Decision | None:
        """The answer of an entry once its closed question was answered; None for what does not exist."""
        entry = self.library.get(entry_id)
        if entry is None or not (question < len(entry.ask) and option < len(entry.ask[question].options)):
            return None
        chosen = entry.ask[question].options[option]
        return replace(
            self._answers.branch(entry, chosen), trace=(Step("told", f"{entry_id}: {chosen.label}"),)
        )

    def topic(self, topic_id: str) -> Decision:
        """What there is on a topic that a resident picked."""
        return replace(self._answers.topic(topic_id), trace=(Step("picked topic", topic_id),))

    def _screened(self, text: str, trace: Trace) -> Decision | None:
        alarm = self._danger.screen([text])
        trace.add("danger", f"{alarm.kind}: {alarm.rule}" if alarm else "none seen")
        if alarm is None:
            return None
        return Decision(Outcome.URGENT, alarm.text, entry=f"danger.{alarm.kind}", confidence=1.0)

    def _before_entries(self, plain: str, trace: Trace) -> Decision | None:
        group = self._services.get(plain) or self._answers.wants_person(plain)
        if group:
            trace.add("service word", group)
            return self._answers.service(group)
        talk = self._answers.smalltalk(plain)
        if talk:
            trace.add("small talk", talk.entry or "only signs")
            return talk
        for name in ("wrongdoing", "advert", "refer", "hard"):
            fired = self.triage.rules[name].first(plain)
            if fired:
                trace.add(name, f"{fired.rule.name} (by {fired.word})")
                return self._answers.rule(name, fired.rule)
        trace.add("rules", "no wrong, no other body's matter, no case for a person")
        return None

    def _from_entries(self, clean: str, plain: str, trace: Trace) -> Decision:
        if len(plain) < 2:
            trace.add("content", "too little to look for")
            return self._answers.nothing((), little=True)
        scored = self._scorer.score(clean, plain)
        best = scored[0] if scored else None
        trace.add("retrieval", ", ".join(f"{s.entry.id} {s.score:.2f}" for s in scored[:3]) or "nothing near")
        if best:
            trace.add("signals", best.explained)
        if best and self._is_direct(scored, plain, trace) and not self._is_risky(best, clean, trace):
            return self._answers.entry(best.entry, clean, best.confidence)
        topics = self._scorer.topics(plain, scored)
        trace.add("topics", ", ".join(f"{t.topic} {t.probability:.2f}" for t in topics[:3]) or "none")
        floor = max(self._limits.choice, self._limits.rival * best.score) if best else 1.0
        near = [s for s in scored if s.score >= floor and not s.forbidden][:3]
        guide = self._answers.guide(topics[0].topic) if topics else None
        if guide and topics[0].probability >= self._limits.topic and topics[0].scoped:
            trace.add("decision", f"guide of {topics[0].topic}")
            return self._answers.guided(guide, [s.entry for s in scored], topics[0].probability)
        if near:
            trace.add("decision", f"{len(near)} titles to choose from")
            return self._answers.clarify([s.entry for s in near], near[0].confidence)
        trace.add("decision", "nothing found")
        return self._answers.nothing([t.topic for t in topics])

    def _is_direct(self, scored: list[Scored], plain: str, trace: Trace) -> bool:
        best = scored[0]
        lead = best.score - (scored[1].score if len(scored) > 1 else 0.0)
        limits = self._limits
        alone = len(plain) <= limits.brief and best.score >= limits.clear and lead >= limits.ahead
        agreed = best.sure and (alone or (best.score >= limits.sure and lead >= limits.lead))
        close = best.likeness >= limits.close and lead >= limits.lead
        direct = not best.forbidden and (agreed or close)
        why = "pattern and score agree" if agreed else "a very close wording" if close else "not sure enough"
        trace.add("direct", f"{'yes' if direct else 'no'}: {why}, lead {lead:.2f}")
        return direct

    def _is_risky(self, best: Scored, clean: str, trace: Trace) -> bool:
        if best.entry.risk is not Risk.HIGH or self._answers.told(best.entry, clean) is not None:
            return False
        trace.add("risk", "high and the deciding fact was not told: no direct answer")
        return True
