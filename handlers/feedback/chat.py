"""Say whether an answer helped: verdict, and in case of a bad one, why."""

from bot.dialogue.journey import journey
from bot.dialogue.talk import Option, Talk
from bot.words import _
from handlers.feedback import service

_NONE = ("没有", "无", "不写", "没了", "不说了")


@journey("feedback.give", title=_("评价刚才的回答"), words=["评价", "评价回答", "我要评价"])
async def give(talk: Talk) -> str:
    """评价刚才的回答。"""
    options = [
        Option("good", _("有用")),
        Option("bad", _("没解决")),
        Option("wrong", _("说得不对")),
    ]
    verdict = await talk.choose("verdict", _("刚才的回答怎么样？"), options)
    about = int(talk.given("about", 0))
    if verdict == "good":
        await talk.finish(service.give, about, verdict, "")
        return _("谢谢您告诉我们。有别的事，直接说就行。")
    words = await talk.text(
        "words", _("哪里没说清、说得不对？请用一句话说说，不想写就回“没有”。"), longest=300
    )
    await talk.finish(service.give, about, verdict, "" if words.strip("。.") in _NONE else words)
    return _("记下了，会有人来改。您的事要是急，可以换个说法再问，或者去司法所当面问。")
