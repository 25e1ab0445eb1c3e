"""Short words that say something more of the matter before: 他说公司没钱, 牙打掉了, 我没有合同.

Alone they mean little, and to a search they mean something else. They are read together with what was said
before; where that leads back to the same answer, its other sides are offered, and beside them what the words
may mean as a matter of their own.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.reply import Choice, Reply
from bot.words import _
from handlers.consult.composing import PERSON, Consultation, Desk, compose
from handlers.consult.following import option_named, told, written
from handlers.consult.fresh import BY_ITSELF, NEAR, fresh, is_topic, options_of, topics_in
from handlers.consult.leaning import LONGEST, Aspect, Leaning
from handlers.consult.onward import told_option
from handlers.consult.recent import SAID, Recent
from knowledge.decision import Outcome
from knowledge.entry import Entry

ASPECTS = {
    Aspect.STEPS: _("该怎么办，一步一步说"),
    Aspect.PAPERS: _("要带什么、留什么证据"),
    Aspect.WHERE: _("去哪里办"),
    Aspect.COST: _("要不要花钱"),
}
"""What else an entry may be asked, in the order in which it is offered."""
_OWN = 0.40
"""Confidence in the first title from which on words are a matter of their own."""
_FEW = 8
_QUOTED = 20


def continued(
    desk: Desk, recent: Recent, entry: Entry, words: str, message: int, alone: Consultation
) -> Reply | None:
    """The reply to such words; None for a matter of its own.

    Args: entry: what was answered last; alone: what is made of the words by themselves.
    """
    found, plain = alone.decision, desk.plain(words)
    if not recent.said or not 1 < len(plain) <= LONGEST or found.kind == "entry":
        return None
    if found.decision not in (Outcome.ANSWER, Outcome.CLARIFY) or _of_its_own(desk, entry, alone):
        return None
    if not found.found and not (len(plain) <= _FEW and desk.matcher.knows(words)):
        return None  # nothing is known of it: that is said, and collected
    said = f"{recent.said[: SAID - len(words) - 1]}\n{words}"
    joined = desk.matcher.decide(said)
    if joined.decision in BY_ITSELF or (joined.kind == "entry" and joined.entry != entry.id):
        return fresh(desk, compose(desk, joined), said, message, recent)
    option = told(entry, desk.normal.clean(words)) if entry.ask else None
    if option is None and recent.decides:
        option = option_named(entry, plain)
    if option is not None:
        return told_option(desk, recent.knowing(words), entry, option, message)
    if entry.topic not in topics_in(desk, joined):
        return None
    if joined.kind == "entry":
        return _beside_the_same(desk, replace(recent, said=said), entry, words, message)
    both, own = ([one for one in options_of(d) if not is_topic(desk, one)] for d in (joined, found))
    titles = tuple(dict.fromkeys((*both[: NEAR - 1], *own[:1], *both)))[:NEAR]
    return _which(desk, replace(recent, said=said), titles, words, message) if titles else None


def _of_its_own(desk: Desk, entry: Entry, alone: Consultation) -> bool:
    """Whether words bring another matter: a guide of another topic, or a title that is likely meant."""
    found = alone.decision
    if found.source is not None:
        return found.source.topic != entry.topic
    first = next((one for one in options_of(found) if not is_topic(desk, one)), None)
    own = desk.matcher.library.get(first) if first is not None else None
    return own is not None and found.confidence >= _OWN and own.topic != entry.topic


def _which(desk: Desk, recent: Recent, titles: tuple[str, ...], words: str, message: int) -> Reply:
    """The titles that words and matter together may mean."""
    say = _("记下了：{words}。连着前面说的，您问的是下面哪一样？").format(words=_quoted(words))
    library = desk.matcher.library.by_id
    choices = tuple(Choice(library[one].title, pick=f"entry:{one}") for one in titles)
    kept = replace(recent.without_question().knowing(words), message=message, options=titles, asked=1)
    return Reply(say, (*choices, Choice(_("都不是"), pick="none")), decision="clarify:on", memory=kept.kept())


def _beside_the_same(desk: Desk, recent: Recent, entry: Entry, words: str, message: int) -> Reply:
    """The other sides of the same answer, and what else the words may mean."""
    say = _("记下了：{words}。还是“{title}”这件事，您往下想知道哪一样？说的是另一件事，请多说一句。").format(
        words=_quoted(words), title=entry.title
    )
    others = desk.matcher.others(recent.said, entry.id, NEAR - 1)
    titles = (Choice(one.title, pick=f"entry:{one.id}") for one in others)
    choices = (*_sides(entry), *titles, Choice(_("找人"), go=PERSON))
    kept = replace(recent.without_question().knowing(words), entry=entry.id, message=message)
    return Reply(say, choices, decision="clarify:on", memory=kept.kept())


def _sides(entry: Entry) -> Iterator[Choice]:
    for aspect, label in ASPECTS.items():
        if written(entry, Leaning(aspect, "", led=True)):
            yield Choice(label, pick=f"side:{entry.id}:{aspect.value}")


def _quoted(words: str) -> str:
    flat = " ".join(words.split()).strip("。，,.!！?？ ")
    return flat if len(flat) <= _QUOTED else flat[:_QUOTED] + "…"
