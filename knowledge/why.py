"""The words of the trace: what each step saw and decided, for a curator who asks 'why this answer?'."""

from collections.abc import Sequence

from knowledge.danger import Alarm
from knowledge.entry import Entry, Option
from knowledge.scorer import Found, Scored, Scorer, TopicScore, lead
from knowledge.topics import TOPICS

SHOWN = 3


def _(sentence: str) -> str:
    """Marks a sentence for extraction; curators read zh-CN."""
    return sentence


_SERVICES = {"person": "找人", "menu": "菜单", "idle": "没办完的事", "data": "个人资料", "other": "办事"}
_KINDS = {
    "suicide": "轻生",
    "violence": "正在受伤害",
    "child": "孩子受害",
    "threat": "人身威胁",
    "crowd": "聚众",
    "fraud_now": "正在被骗",
    "accident": "有人遇险",
}


def normalised(before: int, after: int, changed: bool) -> str:
    """What became of the text."""
    if not changed:
        return "没有要改的。"
    say = "统一了全半角、简繁体、表情和常见错字。"
    if before != after:
        say += _("{before} 字变成 {after} 字。").format(before=before, after=after)
    return say


def served(group: str) -> str:
    """A service word was said."""
    return _("整句是服务词：{group}。").format(group=_SERVICES.get(group, group))


def screened(alarm: Alarm | None) -> str:
    """What the danger screen saw."""
    if alarm is None:
        return "没有看到危险的迹象。"
    return _("看到危险（{kind}），凭：{rule}。先发安全提示。").format(
        kind=_KINDS.get(alarm.kind, alarm.kind), rule=alarm.rule
    )


def fired(name: str, word: str, context: Sequence[str] = ()) -> str:
    """Which rule holds, and by what."""
    by = _("，由“{word}”引起").format(word=word) if word else ""
    seen = _("；语境：{seen}").format(seen="、".join(context)) if context else ""
    return _("规则“{name}”成立{by}{seen}。").format(name=name, by=by, seen=seen)


def sounded(context: Sequence[str]) -> str:
    """Words that only sound like the plan of a wrong."""
    seen = _("；语境：{seen}").format(seen="、".join(context)) if context else ""
    return _("听着像想做违法的事，没有规则成立，只当疑问说{seen}。").format(seen=seen)


def yielded(name: str) -> str:
    """A rule holds, but the base knows better."""
    return _("规则“{name}”成立，但有词条更合，按词条答。").format(name=name)


def words(scorer: Scorer, found: Found) -> str:
    """Keywords and sentence patterns that were seen."""
    said = sorted({word for one in found.scored for word in one.keywords})
    holds = [one.entry.title for one in found.scored if one.sure is not None]
    barred = [one for one in found.scored if one.forbids is not None]
    parts = [_("关键词：{said}").format(said="、".join(said))] if said else []
    if holds:
        parts.append(_("句式相符：{titles}").format(titles="；".join(holds[:SHOWN])))
    for one in barred[:SHOWN]:
        pattern, instead = scorer.wakers.never[one.forbids or 0]
        other = scorer.entry(instead)
        parts.append(
            _("“{title}”不直接答：话里有 {pattern}{instead}").format(
                title=one.entry.title,
                pattern=pattern.text,
                instead=_("，更像“{title}”").format(title=other.title) if other else "",
            )
        )
    return "。".join(parts) + "。" if parts else "没有说到词条专有的词，也没有句式相符。"


def retrieved(found: Found) -> str:
    """The nearest entries with their scores."""
    if not found.scored:
        return "没有一条相近。"
    listed = [
        _("{title} {score:.2f}").format(title=s.entry.title, score=s.score) for s in found.scored[:SHOWN]
    ]
    return _("最近的几条：{listed}。").format(listed="；".join(listed))


def signals(scorer: Scorer, best: Scored, plain: str) -> str:
    """Out of which parts the first entry's score is made."""
    rows = scorer.shares(best)
    parts = [_("{name} {share:+.2f}").format(name=_SIGNALS[name], share=share) for name, share in rows]
    near = scorer.nearest(best, plain)
    nearest = _("；最近的问法：“{near}”").format(near=near) if near else ""
    return _("“{title}”得 {score:.2f} 分：{parts}{nearest}。").format(
        title=best.entry.title, score=best.score, parts="，".join(parts), nearest=nearest
    )


_SIGNALS = {
    "wordings": "三条最近问法",
    "text": "词条正文",
    "likeness": "字面相像",
    "keyword": "关键词",
    "sure": "句式相符",
    "never": "有不合的话",
    "topic": "主题相合",
}


def confident(scored: list[Scored], confidence: float) -> str:
    """How sure the first entry is, and by what."""
    return _("头名 {score:.2f} 分，领先 {lead:.2f}，把握 {confidence:.0%}。").format(
        score=scored[0].score, lead=lead(scored), confidence=confidence
    )


def direct(yes: bool, why: str) -> str:
    """Whether the first entry is the answer."""
    return ("可以：{why}。" if yes else "不可以：{why}。").format(why=why)


def placed(topics: Sequence[TopicScore]) -> str:
    """The likeliest topics."""
    if not topics:
        return "看不出主题。"
    listed = [
        _("{name} {share:.0%}").format(name=TOPICS[t.topic], share=t.probability) for t in topics[:SHOWN]
    ]
    return "；".join(listed) + "。"


def guided(topic: str, count: int) -> str:
    """A guide was chosen."""
    return _("主题“{name}”够有把握，给指引，并列 {count} 条供选。").format(name=TOPICS[topic], count=count)


def offered(titles: Sequence[str]) -> str:
    """Titles are offered."""
    return _("列出 {count} 条请居民选：{titles}。").format(count=len(titles), titles="；".join(titles))


def answered(title: str, told: str) -> str:
    """An entry answers."""
    if told:
        return _("直接答“{title}”，按说明的情况“{told}”。").format(title=title, told=told)
    return _("直接答“{title}”。").format(title=title)


def topic_named(topic: str) -> str:
    """A topic that was picked."""
    return TOPICS.get(topic, topic)


def told(entry: Entry, option: Option) -> str:
    """A closed question was answered."""
    return _("“{title}”：{label}。").format(title=entry.title, label=option.label)
