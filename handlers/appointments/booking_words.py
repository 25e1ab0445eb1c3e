"""What residents say who want to book, and how kinds, numbers and times are called."""

import re
import unicodedata
from dataclasses import dataclass, field

from bot.clock import instant
from bot.words import _
from handlers.directory.sentences import moment_words

NAMES = {
    "mediation": _("人民调解"),
    "legal_aid": _("法律援助受理"),
    "lawyer": _("值班律师"),
    "adviser": _("村（社区）法律顾问"),
    "home": _("上门服务"),
    "car": _("法律服务车"),
}
"""Kinds of `handlers.appointments.supply.KINDS` as residents read them."""


@dataclass(frozen=True)
class Spoken:
    """How a kind is talked about.

    Attributes: label: its line in the list of kinds; intro: said first; story: the question for the matter;
    words: begin its booking, as they are.
    """

    label: str
    intro: str
    story: str
    words: tuple[str, ...]


_TELL = _("想问什么事？用一句话说说就行。")
SPOKEN = {
    "mediation": Spoken(
        _("人民调解：请人帮着说和"),
        _("人民调解不收费，双方自愿。对方也可以不来。谈不拢，照样可以去法院。"),
        _("跟谁、因为什么事？用一句话说说就行。"),
        (
            "调解",
            "我要调解",
            "申请调解",
            "预约调解",
            "约调解",
            "要调解",
            "想调解",
            "我想调解",
            "我要申请调解",
            "我想申请调解",
            "我要预约调解",
            "预约人民调解",
            "申请人民调解",
            "调解预约",
            "人民调解",
            "我要调节",
            "我想调节",
            "申请调节",
            "预约调节",
            "约调节",
            "俺要调解",
            "俺想调解",
        ),
    ),
    "legal_aid": Spoken(
        _("法律援助：请不起律师"),
        _("约好时间，到所里交法律援助的材料，不收费。能不能援助，由法律援助机构定。"),
        _("因为什么事要法律援助？用一句话说说就行。"),
        (
            "法律援助预约",
            "预约法律援助",
            "约法律援助",
            "我要法律援助",
            "我要申请法律援助",
            "我想申请法律援助",
            "法援预约",
            "预约法援",
            "申请法援",
            "我要申请法援",
        ),
    ),
    "lawyer": Spoken(
        _("值班律师：问法律上的事"),
        _("值班律师解答法律问题，不收费，不代您打官司。"),
        _TELL,
        (
            "约律师",
            "预约律师",
            "我要约律师",
            "我想约律师",
            "我要预约律师",
            "律师预约",
            "预约值班律师",
            "约值班律师",
            "我要见律师",
            "我想见律师",
            "预约咨询",
        ),
    ),
    "adviser": Spoken(
        _("村（社区）法律顾问"),
        _("村（社区）法律顾问到村里来解答，不收费。"),
        _TELL,
        ("约法律顾问", "预约法律顾问", "预约村法律顾问", "约村法律顾问", "预约村顾问", "约顾问"),
    ),
    "home": Spoken(
        _("上门：走不动、来不了的"),
        _("走不动、来不了所里的，工作人员可以上门，不收费。"),
        _("要办什么事？用一句话说说就行。"),
        ("上门", "预约上门", "上门服务", "我要上门", "约上门", "预约上门服务", "请你们上门", "能上门吗"),
    ),
    "car": Spoken(
        _("法律服务车：车到村里来"),
        _("法律服务车到村里来，车上能问法律上的事，不收费。"),
        _TELL,
        ("预约服务车", "约服务车", "法律服务车", "预约法律服务车", "服务车", "服务车预约", "约法律服务车"),
    ),
}
ANY = (
    "预约",
    "我要预约",
    "我想预约",
    "预约时间",
    "预约司法所",
    "约时间",
    "约个时间",
    "怎么预约",
    "怎么约",
    "预约办事",
)
"""Words that begin a booking without a kind."""
YES = frozenset(
    {"确认", "确认预约", "确定", "是", "是的", "对", "对的", "好", "好的", "行", "可以", "嗯", "没错", "同意",
     "中", "中啊", "中吧", "要得", "成", "行吧", "行啊", "好吧", "好嘞", "可以的", "就这样", "就这样吧",
     "没问题"}
)  # fmt: skip
NO = frozenset({"不对", "不是", "错了", "改", "改一下", "修改", "要改"})
NONE = frozenset(
    {"不留", "不留了", "没有", "无", "没", "不说", "不写", "不方便", "没电话", "没有电话", "不想留", "不用留",
     "不想留电话", "不留电话", "不给", "不想给", "不想说", "不想写", "没手机", "没有手机", "我没有电话",
     "我没电话"}
)  # fmt: skip

_MEANT = (
    ("mediation", "调解|调节|说和"),
    ("legal_aid", "法律援助|法援"),
    ("adviser", "法律顾问|村顾问"),
    ("home", "上门"),
    ("car", "服务车"),
    ("lawyer", "律师"),
)
_WANTS = re.compile(
    r"(?:您好|你好)?[，,]?(?:我|我们|俺)?(?:就|也)?(?:想要?|要|能不能|可以|能|可不可以|帮我|给我|麻烦您?|请)*"
    r"(?:预约|约|申请预约)(?:一下|一个|个|一次|一位)?(?P<what>(?![好了过定成]).{0,8}?)(?:的?时间)?[吗吧呢啊。！!？?]*"
)
_HELP = r"(?:帮忙?|找|请|让|给|约|安排|派|叫|喊|组织|主持)"
_WHO = (
    r"(?:我们?|俺们?|咱们?|双方|一下|个|一个|位|一位|人|你们|您们|您|所里|司法所|村里|镇上|人民"
    r"|那里|那边|那儿|那|这里|这儿|来|去)*"
)
_TALKS = (
    r"(?:做|进行|申请)?(?:个|一个|一次|一下)?(?:调委会|(?:调解|调节|调停|说和)(?:委员会|员|调解|说和)?)"
    r"(?:来|去|帮忙?|给我们?)?(?:调解|说和)?(?:一下子?|一次|下)?"
)
_MEDIATES = re.compile(
    r"(?:您好|你好|麻烦您?|请问)?[，,]?(?:我们?|俺们?|咱们?)?(?:就|也|还是)?(?:"
    + (r"(?:想要?|要求?|需要|希望|申请|请求?|麻烦|来|求)+" + _WHO + _HELP + "?" + _WHO + _TALKS)
    + r"(?:的|了|吧|啊|呀|哈)?"
    r"|(?:想要?|要|需要|希望|能不能|能否|能|可以|可不可以|麻烦|你们|您们|您|司法所|所里)*"
    + (_HELP + "{1,2}" + _WHO + _HELP + "?" + _WHO + _TALKS)
    + r"(?:吗|吧|呢|么|可以吗|行吗|好吗|行不行|可以不|啊|呀)?"
    r"|(?:调解|调节|说和)(?:调解|说和)?一下(?:吧|呗)?"
    r")[。！!？?]*"
)
"""A wish for mediation that names no matter; 要调解吗, 能调解吗 and 找谁调解 are questions, and none."""
_LONGEST = 18
_PHONE = re.compile(r"(?<!\d)(1\d{10}|0\d{2,3}-?\d{7,8}|[2-9]\d{6,7})(?!\d)")
_COUNTRY = re.compile(r"(?<!\d)(?:\+|00)?86(?=1\d{10}(?!\d))")
_DIGITS = str.maketrans("〇零幺一二两三四五六七八九", "0011223456789")
_SPELLED = re.compile(
    r"(?<!\d)[1一幺](?:[\s.·、,\-]?[〇零幺一二两三四五六七八九\d]){10}(?![\s.\-]?[〇零幺一二两三四五六七八九\d])"
)
"""A mobile number as it may be said or split: 一三八零零一三八零零零, 138.0013.8000."""
_MISCOUNTED = re.compile(r"(?<!\d)1\d{5,13}(?!\d)")
_MISSPELLED = re.compile(r"[1一幺][〇零幺一二两三四五六七八九\d]{7,13}")
_FILLER = re.compile(
    r"(?:我|他|她|他们|本人)?(?:的)?(?:姓名|名字|称呼|电话号码|手机号码|电话|手机号|手机|号码|联系方式)(?:是|叫)?"
    r"|^(?:我|俺|他|她)?(?:叫我?|是|姓)|就行|就可以|就好|没有|没电话|[\s，。、,.:：;；()（）!！]+"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_SHORT = 8
_NAME = re.compile(r"[\u3400-\u9fff·]{1,12}")
_NO_NAME = re.compile(
    r"吗|呢|啊|吧|呀|嘛|你|什么|怎么|咋|为啥|干嘛|多少|不想|不要|不留|不管|可以|可不|需要|必须|一定"
    r"|预约|取消|律师|调解|投诉|着急|快点|烦"
    r"|随便|都行|都不|哪个|不知道|不晓得|不清楚|上午|下午|明天|今天|后天|时间|身份证|司法所|派出所|法院"
    r"|哪|地址|几点|多久|怎样|为何"
    r"|街道$|社区$|小区$|[村镇乡]$|[〇零幺一二两三四五六七八九]{4}"
)


@dataclass(frozen=True)
class Contact:
    """A name and a phone, each may be empty."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def wanted(text: str) -> str | None:
    """The kind that a short wish to book is for, empty when it names none; None when it is no such wish."""
    said = "".join(text.split())
    found = _WANTS.fullmatch(said) if len(said) <= _LONGEST else None
    if found is None:
        return "mediation" if len(said) <= _LONGEST and _MEDIATES.fullmatch(said) else None
    what = found["what"]
    for kind, words in _MEANT:
        if re.search(words, what):
            return kind
    return "" if what in ("", "司法所", "你们", "您们") else None


def tells(text: str) -> bool:
    """Whether words tell what a matter is: more than a number or a single letter."""
    return len(_HAN.findall(text)) > 1 or len(text) > _SHORT


def contact_of(text: str) -> Contact | None:
    """Name and phone in what somebody wrote; None when it is neither, as a question is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    bare = plain.strip("。.，, ")
    if bare in NONE:
        return Contact()
    if bare in YES | NO or plain.endswith(("?", "吗", "呢", "么")):
        return None
    joined = _in_digits(plain)
    found = _PHONE.search(joined)
    rest = _FILLER.sub("", _PHONE.sub(" ", joined).strip())
    rest = _FILLER.sub("", rest)
    name = rest if _NAME.fullmatch(rest) and not _NO_NAME.search(rest) else ""
    if rest and not name:
        return None
    return Contact(name, found[1] if found else "") if name or found else None


def miscounted(text: str) -> bool:
    """Whether a text holds what was meant as a mobile number, with a digit too few or too many."""
    joined = _in_digits(unicodedata.normalize("NFKC", text))
    meant = _MISCOUNTED.search(joined) or _MISSPELLED.search(joined)
    return meant is not None and _PHONE.search(joined) is None


def _in_digits(text: str) -> str:
    """A text with its numbers in digits and in one piece: 一三八 0013-8000 is 13800138000."""
    spelled = _SPELLED.sub(lambda found: re.sub(r"[^0-9]", "", found[0].translate(_DIGITS)), text)
    return _COUNTRY.sub("", re.sub(r"(?<=\d)[\s-](?=\d)", "", spelled))


def phone_of(text: str) -> str:
    """The phone in a text, or nothing."""
    found = contact_of(text)
    return found.phone if found else ""


def hidden(phone: str) -> str:
    """A phone as it is shown back: the middle is covered."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else phone


def number_words(appointment_id: int) -> str:
    """The number of an appointment as people say it: ``Y-0412``."""
    return f"Y-{appointment_id:04d}"


def when_words(begins_ms: int, now_ms: int) -> str:
    """A time as 明天（周二）8:30."""
    return moment_words(instant(begins_ms), instant(now_ms))


def length_words(minutes: int) -> str:
    """How long it takes, as 大约 40 分钟."""
    if minutes % 60:
        return _("大约 {n} 分钟").format(n=minutes)
    return _("大约 {n} 小时").format(n=minutes // 60)
