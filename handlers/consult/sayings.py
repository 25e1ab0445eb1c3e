"""What is said to messages that hold neither words nor a voice or a picture."""

from collections.abc import Mapping

from bot.words import _

OTHER: Mapping[str, str] = {
    "text": _("没收到字。请用一句话说说您遇到的事。"),
    "menu": _("请用一句话说说您遇到的事。"),
    "sticker": _("这种消息我看不了。请打字说说您遇到的事，一句话就行。"),
    "music": _("音乐收到了，我听不了。请用一句话说说您遇到的事。"),
    "file": _("文件收到了，我打不开。请用一句话说说是什么事、想问什么；材料可以带到司法所看。"),
    "location": _("位置收到了。要选常去的司法所，请回复“选司法所”；有事要问，直接说就行。"),
    "link": _("链接收到了，我不打开外面的链接。请用一句话说说您想问什么；不认识的链接请别点。"),
    "card": _("小程序卡片收到了。请用一句话说说您想问什么。"),
    "enter": _("您好，我是小司。请用一句话说说您遇到的事。"),
    "scan": _("您好，我是小司。请用一句话说说您遇到的事，或回复“菜单”。"),
}
"""By kind of message; every other kind is not answered."""
USEFUL = frozenset(
    (
        "有用",
        "有用的",
        "很有用",
        "挺有用",
        "太有用了",
        "有帮助",
        "解决了",
        "帮到我了",
        "明白了谢谢",
        "清楚了谢谢",
    )
)
"""Words by which a resident says that the last answer helped."""
USELESS = frozenset(
    (
        *("没用", "没有用", "没啥用", "没帮助", "不管用", "没解决", "没有解决", "还是没解决", "没解决问题"),
        *("不对", "不是这个", "不是这个意思", "不是我问的", "答非所问", "没答到点上", "你没听懂"),
    )
)
"""Words by which a resident says that it did not."""
TRY = (_("老板欠工资怎么办"), _("法律援助怎么申请"))
"""Questions that a new follower is invited to try."""
