"""From a message to a decision, step by step; each step leaves a line that a curator can read."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge import why
from knowledge.answering import Answers
from knowledge.certainty import confidence
from knowledge.danger import Danger
from knowledge.decision import Decision, Outcome, Step, Trace
from knowledge.entry import Entry, Risk
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.normal import Normal, bare
from knowledge.pinyin import Speller
from knowledge.rules import Fired
from knowledge.scorer import Found, Scored, Scorer, TopicScore, lead
from knowledge.segment import Segmenter
from knowledge.triage import Triage
from knowledge.weights import Weights

__all__ = ["Decision", "Matcher", "Outcome", "Step", "Thresholds"]

_CHOICE = re.compile(r"(?:选|第)?\s*(?:\d{1,2}|[一二三四五六七八九十])(?:个|项|号)?[.、。]?")
_ASKING = re.compile(
    r"(?:[?？]|[吗呢么嘛]|(?:怎么|咋)(?:办|弄|整|搞)|(?<=[\u4e00-\u9fff]{2})(?<![我你他她也就都说还从绝决并很])不|没有错|多少(?:钱|天)?|多久|几年|哪里?|谁)"
    r"[\s。.,!~…]*$"
)
_LATIN = re.compile("[a-z]{2}")
_BEFORE = 2
"""The nearest entries that a guide shows first, whatever their topic: its own is only a probable one."""


@dataclass(frozen=True)
class Thresholds:
    """Where the decisions part. A wrong direct answer weighs ten choices of three, so these are high.

    Attributes:
        sure: least confidence of a direct answer when a ``sure`` list holds too.
        lead: how far such an answer must be before the next entry.
        close: least likeness of the nearest wording for a direct answer without a pattern.
        choice: least score of the first title that is worth being offered.
        short, matter: in a message of fewer characters that asks nothing and holds no keyword or
            pattern, least probability of a topic for titles to be offered: 'let me tell you' is near to
            something, but says nothing yet.
        topic: least probability of a topic for its guide.
        alone: confidence of a direct answer from which on the next entry is not offered under it: of the
            wrong answers below it half have the right one there, of those above it none has.
    """

    sure: float = 0.725
    lead: float = 0.03
    close: float = 0.80
    choice: float = 0.13
    short: int = 12
    matter: float = 0.35
    topic: float = 0.60
    alone: float = 0.82


class Matcher:
    """Decides about messages. Immutable after building: any thread may use it.

    Args:
        library: what may be answered with; only these are ever named.
        hotlines: resolves the numbers in texts.
        danger: the danger screen, which comes first.
        triage: the hand-written lists; the shipped ones by default.
        weights: what signals are worth; the stored ones by default.
        cache_dir: where the segmenter, which only spelling needs, may keep its cache.
    """

    def __init__(self, library: Library, hotlines: Hotlines, danger: Danger, *, triage: Triage | None = None,
                 thresholds: Thresholds | None = None, weights: Weights | None = None,
                 cache_dir: Path | None = None) -> None:  # fmt: skip
        self.library = library
        self.hotlines = hotlines
        self.triage = triage or Triage.load(hotlines)
        self._danger = danger
        self._limits = thresholds or Thresholds()
        self._normal = Normal(self.triage.slips)
        self._cache_dir = cache_dir
        self._scorer = Scorer(library, self._normal, weights or Weights.load())
        self._speller: Speller | None = None
        # whether a message is complete, and what is to be said to it, is asked one after the other
        self._decided = lru_cache(maxsize=16)(self._decide)
        self._answers = Answers(library, hotlines, self.triage)
        self._services = {bare(self._normal.clean(w)): group for w, group in self.triage.services.items()}

    def decide(self, text: str) -> Decision:
        """What is to be said to this message, which may be several pieces joined by line ends."""
        return self._decided(text)

    def _decide(self, text: str) -> Decision:
        trace = Trace()
        clean = self._normal.clean(text)
        trace.note("normalise", why.normalised, len(text), len(clean), clean != text)
        decision = self._screened(text, trace)
        if decision is None:
            clean = self._spelled(clean, trace)
            plain = bare(clean)
            decision = self._before_entries(plain, trace)
            if decision is None:
                decision = self._doubted(plain, self._from_entries(clean, plain, trace), trace)
        if decision.decision in (Outcome.REFUSE, Outcome.ESCALATE) and self._danger.hints(text):
            trace.note("distress", "话里有一点难过的意思，回复里加一句关心和电话。")
            decision = self._answers.beside(decision, self._danger.fixed["quiet_line"])
        return decision._replace(trace=trace)

    @property
    def sure_from(self) -> float:
        """The confidence from which on an entry may be the answer."""
        return self._limits.sure

    @property
    def topic_from(self) -> float:
        """The probability from which on a topic's guide may be the answer."""
        return self._limits.topic

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
        return self._answers.entry(entry, "", 1.0)._replace(trace=(Step("picked", entry.title),))

    def branch(self, entry_id: str, question: int, option: int) -> Decision | None:
        """The answer of an entry once its closed question was answered; None for what does not exist."""
        entry = self.library.get(entry_id)
        if entry is None or not (question < len(entry.ask) and option < len(entry.ask[question].options)):
            return None
        chosen = entry.ask[question].options[option]
        return self._answers.branch(entry, chosen)._replace(trace=(Step("told", why.told(entry, chosen)),))

    def topic(self, topic_id: str) -> Decision:
        """What there is on a topic that a resident picked."""
        return self._answers.topic(topic_id)._replace(
            trace=(Step("picked topic", why.topic_named(topic_id)),)
        )

    def _screened(self, text: str, trace: Trace) -> Decision | None:
        alarm = self._danger.screen([text])
        trace.note("danger", why.screened, alarm)
        if alarm is None:
            return None
        return Decision(Outcome.URGENT, alarm.text, entry=f"danger.{alarm.kind}", confidence=1.0)

    def _spelled(self, clean: str, trace: Trace) -> str:
        """The text with words typed in Latin letters put into characters; most messages hold none."""
        if _LATIN.search(clean) is None:
            return clean
        if self._speller is None:
            groups = self._scorer.base.wordings
            words = Segmenter(self._cache_dir).words
            self._speller = Speller(words(text) for group in groups for text in group)
        spelled = self._speller.mended(clean)
        if spelled != clean:
            trace.note("spelling", "有拼音，按词条用过的词还原成汉字。")
        return spelled

    def _before_entries(self, plain: str, trace: Trace) -> Decision | None:
        group = self._services.get(plain) or self._answers.wants_person(plain)
        if group:
            trace.note("service word", why.served, group)
            return self._answers.service(group)
        talk = self._answers.smalltalk(plain)
        if talk:
            trace.note("small talk", "整句是寒暄或只有符号。")
            return talk
        wrong = self.triage.wrong(plain)
        if wrong:
            trace.note("wrongdoing", why.fired, self.triage.named(wrong.rule), wrong.word, wrong.context)
            return self._answers.rule("wrongdoing", wrong.rule)
        for name in ("advert", "hard"):
            fired = self.triage.rules[name].first(plain)
            if fired:
                trace.note(name, why.fired, self.triage.named(fired.rule), fired.word)
                return self._answers.rule(name, fired.rule)
        trace.note("rules", "不是求助违法的事，不是广告，不是非要人看不可的事。")
        return None

    def _doubted(self, plain: str, decision: Decision, trace: Trace) -> Decision:
        """What only sounds like the plan of a wrong: a sure answer with a warning first, else titles."""
        if decision.decision not in (Outcome.ANSWER, Outcome.CLARIFY):
            return decision
        context = self.triage.sounds_wrong(plain)
        if context is None:
            return decision
        trace.note("wrongdoing", why.sounded, context)
        if decision.kind == "entry":
            return self._answers.warned(decision)
        return self._answers.doubted(decision.options if decision.found else ())

    def _from_entries(self, clean: str, plain: str, trace: Trace) -> Decision:
        if len(plain) < 2:
            trace.note("content", "内容太少，没法找。")
            return self._answers.nothing((), little=True)
        elsewhere = self.triage.rules["refer"].first(plain)
        found = self._scorer.find(clean, plain)
        topics = self._scorer.probable(found)
        sure = confidence(found.scored, topics, len(plain), self._scorer.weights)
        self._note_found(found, sure, plain, trace)
        if found.scored and self._is_direct(found, sure, trace):
            best = found.scored[0]
            if not self._is_risky(best, clean, trace):
                if elsewhere:
                    trace.note("refer", why.yielded, self.triage.named(elsewhere.rule))
                trace.note("decision", why.answered, best.entry.title, "")
                return self._answers.entry(best.entry, clean, sure, self._beside(found, sure))
        if elsewhere:
            return self._elsewhere(elsewhere, trace)
        return self._less_than_sure(found, topics, sure, self._says_little(clean, plain, found), trace)

    def others(self, text: str, but: str, count: int) -> list[Entry]:
        """The entries that a question may mean beside one, best first. Args: but: id of that one."""
        clean = self._normal.clean(text)
        scored = self._scorer.find(clean, bare(clean)).scored if clean else []
        near = [s.entry for s in scored if s.forbids is None and s.entry.id != but]
        return near[:count]

    def knows(self, text: str) -> bool:
        """Whether any two neighbouring characters of a text stand in a wording or text of the base."""
        return bool(self._scorer.words.query(bare(self._normal.clean(text))).known)

    def _beside(self, found: Found, sure: float) -> list[Entry]:
        if sure >= self._limits.alone:
            return []
        return [one.entry for one in found.scored[1:] if one.forbids is None][:1]

    def _elsewhere(self, fired: Fired, trace: Trace) -> Decision:
        trace.note("refer", why.fired, self.triage.named(fired.rule), fired.word)
        return self._answers.rule("refer", fired.rule)

    def _less_than_sure(
        self, found: Found, topics: list[TopicScore], sure: float, little: bool, trace: Trace
    ) -> Decision:
        """The guide of a topic that is probable, else titles to choose from, else nothing."""
        scored, limits = found.scored, self._limits
        trace.note("topics", why.placed, topics)
        guide = self._answers.guide(topics[0].topic) if topics else None
        if guide and topics[0].probability >= limits.topic:
            trace.note("decision", why.guided, topics[0].topic, guide.shows_choices)
            near = self._scorer.within(guide.topic, found, guide.shows_choices)
            first = [s.entry for s in scored[:_BEFORE] if s.forbids is None]
            return self._answers.guided(guide, [*first, *near], topics[0].probability)
        said = topics and (topics[0].probability >= limits.matter or topics[0].scoped)
        empty = little and not said
        if scored and scored[0].score >= limits.choice and not empty:
            near = [s.entry for s in scored[:3]]
            trace.note("decision", why.offered, [entry.title for entry in near])
            return self._answers.clarify(near, sure)
        trace.note("decision", "没有够近的词条，请居民先选一类，或找人。")
        return self._answers.nothing([t.topic for t in topics])

    def _says_little(self, clean: str, plain: str, found: Found) -> bool:
        """Whether a message may be the beginning of something: short, no question, no word of an entry."""
        if len(plain) >= self._limits.short or _ASKING.search(clean):
            return False
        return not any(one.keywords or one.sure is not None for one in found.scored)

    def _note_found(self, found: Found, sure: float, plain: str, trace: Trace) -> None:
        trace.note("words", why.words, self._scorer, found)
        trace.note("retrieval", why.retrieved, found)
        if found.scored:
            trace.note("signals", why.signals, self._scorer, found.scored[0], plain)
            trace.note("confidence", why.confident, found.scored, sure)

    def _is_direct(self, found: Found, sure: float, trace: Trace) -> bool:
        best, ahead, limits = found.scored[0], lead(found.scored), self._limits
        if best.forbids is not None:
            trace.note("direct", why.direct, False, "话里有这一条不合的事")
        elif best.sure is not None and sure >= limits.sure and ahead >= limits.lead:
            trace.note("direct", why.direct, True, "句式相符，把握也够")
            return True
        elif best.likeness >= limits.close and ahead >= limits.lead:
            trace.note("direct", why.direct, True, "和一条问法几乎一样")
            return True
        elif best.sure is not None:
            trace.note("direct", why.direct, False, "句式相符，但把握不够")
        else:
            trace.note("direct", why.direct, False, "没有句式相符")
        return False

    def _is_risky(self, best: Scored, clean: str, trace: Trace) -> bool:
        if self._answers.torn(best.entry, clean):
            trace.note("side", "话里两边的事都有，分不清您是哪一方，不直接答。")
            return True
        if best.entry.risk is not Risk.HIGH or self._answers.told(best.entry, clean) is not None:
            return False
        trace.note("risk", "这一条风险高，而要紧的事实还没说，不直接答。")
        return True
