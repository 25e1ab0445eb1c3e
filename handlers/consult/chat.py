"""The adviser: answers what no journey takes, in words and in everything else that a resident can send."""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue.reply import NOTHING, Choice, Reply
from bot.dialogue.said import Said
from bot.words import _
from handlers.consult.service import Desk, consult, pick

_RATED = {"useful": "good", "useless": "bad"}


class Counsel:
    """Answers from the desk that is current now.

    Args: desk: gives the desk; it changes when knowledge was adopted or frozen. rate: the journey
    that keeps a verdict on an answer.
    """

    def __init__(self, desk: Callable[[], Desk], rate: str = "feedback.give") -> None:
        self._desk, self._rate = desk, rate

    def ask(self, said: Said, *, side: bool, message: int) -> Reply:
        """Answer one message. See `bot.dialogue.router.Adviser`."""
        words = said.text.strip()
        match said.kind:
            case "text" | "menu" if words:
                return self._ready(consult(self._desk(), words).as_reply(side=side), message)
            case "voice" if words:
                heard = consult(self._desk(), words).as_reply(side=side)
                say = _("您说的是“{words}”，对吗？").format(words=words[:60])
                return self._ready(replace(heard, text=f"{say}\n{heard.text}"), message)
            case "follow":
                return Reply(self._welcome(), decision="welcome")
            case _:
                return self._other(said.kind)

    def pick(self, word: str, *, message: int) -> Reply:
        """Answer a choice that was shown. See `bot.dialogue.router.Adviser`."""
        found = pick(self._desk(), word)
        if found is None:
            return Reply(_("这一条现在不用了。请用一句话说说您的事，我再找找。"), decision="gone")
        return self._ready(found.as_reply(), message)

    def _ready(self, reply: Reply, message: int) -> Reply:
        choices = tuple(self._rated(choice, message) for choice in reply.choices)
        return replace(reply, choices=choices)

    def _rated(self, choice: Choice, message: int) -> Choice:
        verdict = _RATED.get(choice.pick.partition(":")[0])
        if verdict is None:
            return choice
        return Choice(choice.label, go=self._rate, given={"verdict": verdict, "about": message})

    def _welcome(self) -> str:
        trial = _("示例内容，未经当地法律人员审核。") if self._desk().trial else ""
        return _(
            "您好，我是小司，免费答法律上的事。直接说就行，比如：\n老板欠工资怎么办\n邻居漏水谁来赔\n法律援助怎么申请\n"
            "回复“菜单”看还能办什么。{trial}"
        ).format(trial=trial)

    @staticmethod
    def _other(kind: str) -> Reply:
        sayings = {
            "text": _("没收到字。请用一句话说说您遇到的事。"),
            "menu": _("请用一句话说说您遇到的事。"),
            "sticker": _("这种消息我看不了。请打字说说您遇到的事，一句话就行。"),
            "voice": _("语音收到了，我还听不懂语音。请打字说一说，一句话就行；急事请打公共法律服务热线。"),
            "image": _("图片收到了，我看不懂图上的字。请用一句话说说是什么事、想问什么。"),
            "video": _("视频收到了，我看不了视频。请用一句话说说是什么事、想问什么。"),
            "location": _("位置收到了。要选常去的司法所，请回复“选司法所”。"),
            "link": _("链接收到了，我不打开外面的链接。请用一句话说说您想问什么；不认识的链接请别点。"),
            "card": _("小程序卡片收到了。请用一句话说说您想问什么。"),
            "enter": _("您好，我是小司。请用一句话说说您遇到的事。"),
            "scan": _("您好，我是小司。请用一句话说说您遇到的事，或回复“菜单”。"),
        }
        text = sayings.get(kind)
        return Reply(text, decision=f"other:{kind}") if text else NOTHING
