"""Short words that lean on the last topic, as 那要多少钱: what they ask, and what matter is left in them."""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

LONGEST = 22
"""Characters without punctuation; who writes more tells a matter."""


class Aspect(StrEnum):
    """What is asked of the last topic."""

    COST = "cost"
    PAPERS = "papers"
    WHERE = "where"
    TIME = "time"
    PROXY = "proxy"
    WHY = "why"
    MORE = "more"
    REFUSED = "refused"
    STEPS = "steps"
    WHAT_IF = "what_if"


class Leaning(NamedTuple):
    """What is asked, and the matter that the words bring themselves, empty for none.

    ``led``: they begin as something that goes on (那, 要是).
    """

    aspect: Aspect
    matter: str
    led: bool


_KIN = (
    r"(?:妈妈?|爸爸?|爹|娘|父亲|母亲|父母|老公|老婆|丈夫|妻子|爱人|媳妇|儿子|女儿|孩子|家里人|家人|家属|亲戚|朋友"
    r"|别人|其他人|他人|哥哥?|姐姐?|弟弟?|妹妹?|爷爷|奶奶|老人|同事|工友|律师|老乡|村干部)"
)
_THINGS = r"(?:材料|东西|证件|手续|资料|证据|证明|文件)"
_WHAT = r"(?:什么样的|什么|啥|哪些|哪几样)"
_KINDS: tuple[tuple[Aspect, tuple[str, ...]], ...] = (
    (
        Aspect.COST,
        (
            r"(?:要|得|需要?)?(?:花|交|出|付)?(?:多少钱|几多钱|好多钱|几块钱|多少费用?)",
            r"收不收费|收费(?:标准)?|费用|贵不贵|贵吗|免费|要不要钱|要钱|花钱|交钱|价钱|花费",
        ),
    ),
    (
        Aspect.PROXY,
        (
            r"KIN(?:也|来|去|帮我|替我|代我|一个人)*"
            r"(?:行不行|行吗|行么|可以吗|可不可以|能不能(?:来|去|办|代)|能(?:来|去|办|代)办?|代办|也行|也可以)",
            r"代办|替(?:我|他|她)(?:去|来|办)|委托(?:别人|他人|人)?|(?:必须|一定要?|非要|要不要|要|得)?本人(?:去|来|到场|办)",
        ),
    ),
    (
        Aspect.PAPERS,
        (
            r"(?:要|得|需要|应该|该)?(?:带|准备|提交|交|拿|备)(?:上|好|些|点)*WHATTHINGS?",
            r"(?:需要|要|用)?WHATTHINGS|THINGS(?:清单|有哪些|要哪些|是什么)|带齐|备齐",
        ),
    ),
    (
        Aspect.WHERE,
        (
            r"(?:去|到|找|在|上)?哪(?:个|一?家)?(?:部门|单位|窗口|地方|法院|机关|局|所)",
            r"(?:去)?找(?:谁|哪个|哪家|什么部门|哪里)",
            r"(?<![他她它人方])(?:去|到|在|上|往)?(?<![他她它人方]在)(?:哪里|哪儿|哪边|什么地方|啥地方|哪)"
            r"(?:办|申请|交|弄|去|告|申诉|投诉)?",
            r"归谁管|谁管|谁来管",
        ),
    ),
    (
        Aspect.TIME,
        (
            r"(?:要|得|需要|等|办)?(?:多久|多长时间|多少时间|多少天|多少个?工作日|几天|几个月|几年|几时)",
            r"(?:什么|啥)时候|期限|时效|来得及|来不来得及|晚不晚|会不会过期|过期|最迟|最晚|截止",
        ),
    ),
    (
        Aspect.WHY,
        (
            r"为什么|为啥|为何|凭什么|凭啥|(?:有|是)?(?:什么|啥|哪条)?(?:法律)?(?:依据|规定|根据)(?:是什么|吗)?",
            r"哪条法|哪一条|第几条|真的假的|真的吗|确定吗|准不准|当真",
        ),
    ),
    (
        Aspect.MORE,
        (
            r"还有(?:呢|吗|什么|啥|别的|没有)|然后呢?|接下来|接着|下一步|后面|之后呢",
            r"(?:说|讲)?(?:得)?(?:详细|具体|清楚|明白)(?:一?点|一?些|说说|说|讲讲)?|再(?:说说|讲讲|多说点)",
            r"没(?:看|听|太看)?懂|看不(?:太)?懂|听不懂|(?:是)?(?:什么|啥)意思|不明白|怎么理解",
        ),
    ),
    (
        Aspect.REFUSED,
        (
            r"(?:就是|还是|一直|硬是|死活)?"
            r"(?:不给|不来|不去|不理(?:我|人)?|不认(?:账)?|不同意|不答应|不签(?:字)?|不执行|不配合|不管|不肯|不愿意?|不承认"
            r"|不到场|不接(?:电话)?|不出面|不见面|不调解|不还|不赔|不退|不付|不办|不受理|不听|赖着|拒绝|拒不|耍赖|躲着|躲起来"
            r"|跑了|失联|联系不上|找不到(?:人|他|她)|调解不成|谈不拢|谈不成)",
        ),
    ),
    (
        Aspect.STEPS,
        (
            r"(?:该|要|应该|具体)?(?:怎么|咋|怎样|如何|咋个)(?:办理|申请|弄|操作|走|做|写|开始|去办|办|整|搞)",
            r"流程|步骤|程序",
        ),
    ),
)


def _filled(patterns: Sequence[str]) -> str:
    """The patterns as one, with the word lists in the place of their names."""
    return "|".join(patterns).replace("KIN", _KIN).replace("WHAT", _WHAT).replace("THINGS", _THINGS)


_PATTERNS = tuple((aspect, re.compile(_filled(patterns))) for aspect, patterns in _KINDS)
_ASKED = re.compile("|".join(_filled(patterns) for _aspect, patterns in _KINDS))
_LED = re.compile(
    r"(?:我|再|还)*(?:想|要)?(?:请|再)?(?:问)?(?:一下)?"
    r"(?:那么?|这个|这种|这样|这事|那要是|要是|如果|万一|假如|可是|但是|不过|但)"
)
_IF = re.compile(
    r"(?:那么?|这个)?(?:要是|如果|万一|假如|他|她|对方|人家|我|老板|单位|公司).{1,14}呢|那.{2,14}呢"
    r"|(?:要是|如果|万一|假如).{2,14}(?:怎么办|咋办|呢|会怎样|会怎么样)"
)
_JAIL = re.compile(r"判|[关坐蹲]|徒刑|劳改")
_EMPTY = re.compile(
    r"请问|想问|问一下|再问|谢谢|你好|您好|要是|如果|万一|假如|那么|那个|这个|这种|这样|这事|这件事|那件事|那些|这些|的话"
    r"|对方|人家|他们|她们|我们|咱们|你们|可不可以|能不能|会不会|要不要|有没有|是不是|需不需要|用不用|可以|需要|应该"
    r"|一般|大概|大约|总共|一共|到底|究竟|具体|最快|最慢|最多|最少|至少|最|现在|今天|明天|以后|之后|后来|时候|时间|一趟|一次"
    r"|申请|办理|办完|办好|弄完|完事|办成|办下来|下来|拿到钱?|拿钱|出来|结果|处理|解决|知道|麻烦|情况|事情|东西|全部|所有"
    r"|怎么办|咋办|怎样|怎么|咋|什么|啥|哪些|多少|手续|材料|家里人"
    r"|[那这它他她您你我俺咱的了呢啊呀吗嘛吧么哦噢哈诶就也还都又再得要会能该去来办弄搞做走到给让把被和跟是有没不无想问行吃事件个次点些里边头上下前后先早才只很太真可但与及或用对于请完成好人]"
)


@lru_cache(maxsize=256)
def leaning(plain: str) -> Leaning | None:
    """How a message leans on what was said before; None when it does not.

    Args: plain: the words cleaned, without punctuation.
    """
    if not 2 <= len(plain) <= LONGEST:
        return None
    led = bool(_LED.match(plain))
    aspect = _aspect(plain)
    if aspect is Aspect.TIME and _JAIL.search(plain):
        return None  # 会判几年 asks for a punishment, not how long the matter takes
    if aspect is None:
        if not _IF.fullmatch(plain):
            return None
        return Leaning(Aspect.WHAT_IF, _rest(plain), led=True)
    if _IF.fullmatch(plain) and aspect in (Aspect.PAPERS, Aspect.STEPS):
        return Leaning(Aspect.WHAT_IF, _rest(plain), led=True)
    return Leaning(aspect, _rest(_ASKED.sub(" ", plain)), led)


def leans_alone(plain: str) -> bool:
    """Whether a message asks about something said before and brings no matter of its own."""
    found = leaning(plain)
    return found is not None and not found.matter


def _aspect(plain: str) -> Aspect | None:
    if not _ASKED.search(plain):
        return None
    return next(aspect for aspect, pattern in _PATTERNS if pattern.search(plain))


def _rest(words: str) -> str:
    left = _EMPTY.sub(" ", words).split()
    return " ".join(left)
