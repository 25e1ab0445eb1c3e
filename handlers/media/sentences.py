"""Sentences about voices, pictures and videos."""

from functools import cache

from bot.dialogue.said import heard_words
from bot.words import _
from knowledge.hotlines import Hotlines

YES, NO = _("对"), _("不对")
_NAMES = {"voice": _("语音"), "image": _("图片"), "video": _("视频")}


@cache
def _hotlines() -> Hotlines:
    return Hotlines.load()


def got(kind: str, *, keeps: bool, hears: bool) -> str:
    """What happens with a file that came. Args: keeps, hears: what this service can do with it."""
    if kind == "voice":
        return _hotlines().fill(_voice(keeps=keeps, hears=hears))
    came = _("{name}收到了，留下了。") if keeps else _("{name}收到了。")
    cannot = _("我看不懂图上的字。") if kind == "image" else _("我看不了视频。")
    return came.format(name=_NAMES[kind]) + cannot + _("请用一句话说说是什么事、想问什么。")


def kept_aside(kind: str, *, keeps: bool) -> str:
    """The same in the middle of a journey, whose question is asked again right after."""
    came = _("{name}收到了，留下了，工作人员看得到。") if keeps else _("{name}收到了，可是这里留不下来。")
    return came.format(name=_NAMES[kind]) + _("咱们接着办：")


def _voice(*, keeps: bool, hears: bool) -> str:
    if not keeps:
        return _("语音收到了，我听不了。请打一句话说说是什么事；急的话请打 {tel:law}。")
    if hears:
        return _("语音收到了，留下了。我正在听，听出来就发给您看。也可以打一句话；急的话请打 {tel:law}。")
    return _("语音收到了，留下了，可是我听不了。请打一句话，我马上答；也可以请人听。急的话请打 {tel:law}。")


def person(kind: str) -> str:
    """The line that brings in a person."""
    return _("请工作人员听") if kind == "voice" else _("请工作人员看")


def heard(words: str) -> str:
    """What was understood, for a yes."""
    return heard_words(words) + "\n" + _("对吗？")


def heard_aside(words: str) -> str:
    """The same in the middle of a journey, whose question keeps the numbers."""
    return heard_words(words) + "\n" + _("这一步请打字回答。")


def heard_wrongly() -> str:
    """The resident says that it was something else."""
    return _("好，是我没听准。请打一句话说说，或者靠近一点再说一遍。")


def nothing_heard() -> str:
    """No word was understood."""
    return _("这段语音我没听出来，留下了。请打一句话说说是什么事，或者再说一遍。")


def lost(kind: str) -> str:
    """A file that could not be fetched while the platform had it."""
    return (
        _hotlines()
        .fill(_("您发的{name}没有收下来，看不到了。请打一句话说说，或者再发一次；急的话请打 {tel:law}。"))
        .format(name=_NAMES[kind])
    )


def too_much() -> str:
    """Files of a day are no longer kept."""
    return _hotlines().fill(
        _(
            "您这一天发来的语音、图片、视频太多，收不下了，有的没有留下。"
            "明天可以再发，也可以带到司法所来。现在有话请打字说；急的话请打 {tel:law}。"
        )
    )
