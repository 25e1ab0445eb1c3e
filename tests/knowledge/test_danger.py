"""The danger screen: what rings, what must not, and what is said then."""

import json
import re
import time
from typing import get_args

import pytest

from knowledge.danger import FIXED, Danger, DangerKind
from knowledge.hotlines import Hotlines
from tests.knowledge.pack import SHARED

RINGS = {
    "suicide": [
        "我不想活了", "活着真没意思，不如死了算了", "我 不 想 活 了", "我现在就站在桥上", "药都买好了 今晚就解脱了", "我要跳楼",
        "我不想活了😭", "我吃了安眠药", "对不起孩子们，下辈子再还你们", "我闺女说要跳楼 咋办", "我走了以后帮我照顾好娃",
        "想死", "這日子沒法過 我不想活了", "只想一了百了", "我真的撑不下去了",
    ],
    "violence": [
        "他现在正在打我", "我老公拿刀追着我，我躲在厕所", "救命啊", "他把我锁在屋里两天不给吃", "刚被老公打得头破血流",
        "我妈刚才又被我爸打了 流血了", "他要杀我", "他在砸门 我和孩子躲着", "老公掐我脖子 现在怎么办",
    ],
    "child": [
        "邻居家孩子身上全是伤，天天哭", "老师摸我女儿下面", "孩子放学没回家 到处找不到", "小女孩被继父性侵", "隔壁娃被拴着不给饭吃",
        "我儿子今天下午走丢了",
    ],
    "threat": [
        "前夫发微信说今晚要弄死我全家", "催收的在我家门口说要砍死我", "他扬言要放火烧我家", "我要跟他同归于尽", "逼急了我就捅死他",
    ],
    "crowd": ["工友们围住大门要打起来了", "两个村的人拿着锄头在地里快打起来了", "十几个人爬上塔吊要跳 讨薪"],
    "fraud_now": [
        "骗子正在让我转账到安全账户", "刚刚被骗转了五万", "客服让我共享屏幕 还要验证码", "刷单垫付的钱提不出来 还让我继续转",
    ],
}  # fmt: skip
QUIET = [
    "热死了 你们几点上班", "急死人了 判决书还不来", "楼上装修把人逼疯了", "拐卖儿童罪最高判多少年", "新闻里说有人跳楼 开发商赔吗",
    "员工在宿舍自杀 公司要赔偿吗", "老板欠我工资 我快气死了", "想死亡赔偿金怎么算", "我家的鱼被人毒死了", "公司撑不下去了要裁员",
    "离婚怎么分财产", "他去年打过我 现在想离婚", "孩子在学校被同学打伤怎么赔偿", "我把房子过户给儿子 钥匙也给了 能反悔吗", "打官司要多少钱",
    "立遗嘱要公证吗", "我被骗了 报案三个月了还没立案", "救命钱被人借走不还", "物业把门堵了", "打死也不签字 行不行",
    "邻居家狗把我的鸡弄死了", "小区人脸识别门禁合法吗", "转账备注借款算借条吗", "大伙想成立业委会",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in RINGS.items() for t in texts])
def test_danger_is_seen(danger: Danger, kind: str, text: str) -> None:
    alarm = danger.screen([text])

    assert alarm is not None
    assert alarm.kind == kind


@pytest.mark.parametrize("text", QUIET)
def test_figures_of_speech_and_plain_questions_do_not_ring(danger: Danger, text: str) -> None:
    assert danger.screen([text]) is None


def test_danger_in_pieces_is_seen_when_they_are_joined(danger: Danger) -> None:
    assert danger.screen(["我不想"]) is None

    alarm = danger.screen(["我不想", "活了"])

    assert alarm is not None
    assert alarm.kind == "suicide"


def test_an_empty_message_is_no_danger(danger: Danger) -> None:
    assert danger.screen([]) is None
    assert danger.screen(["", "  ", "👍"]) is None


@pytest.mark.parametrize("kind", get_args(DangerKind))
def test_a_safety_text_has_numbers_and_promises_nobody(danger: Danger, hotlines: Hotlines, kind: str) -> None:
    text = danger.texts[kind]

    assert "现在可能没有人在看这里" in text
    assert hotlines.number("police") in text
    assert "{tel:" not in text
    assert len(text.encode()) < 1000
    assert not re.search(r"马上(?:有人)?联系您|工作人员(?:会|马上)|已经通知|想开|加油|坚强|为什么不", text)


def test_the_text_on_violence_never_proposes_mediation(danger: Danger, hotlines: Hotlines) -> None:
    text = danger.texts["violence"]

    assert not re.search("调解|谈谈|沟通|原谅|忍", text)
    for needed in ("保护令", hotlines.number("sms_police"), hotlines.number("women"), "不是您的错"):
        assert needed in text


def test_the_text_on_suicide_asks_for_safety_and_names_no_method(danger: Danger, hotlines: Hotlines) -> None:
    text = danger.texts["suicide"]

    assert "您现在安全吗" in text
    for key in ("mental", "ambulance", "police"):
        assert hotlines.number(key) in text
    assert not re.search("药|跳|割|绳|楼|法", text)


@pytest.mark.parametrize("key", FIXED)
def test_fixed_texts_are_there_with_their_numbers(danger: Danger, key: str) -> None:
    assert danger.fixed[key]
    assert "{tel:" not in danger.fixed[key]


def test_screening_is_quick(danger: Danger) -> None:
    texts = [t for texts in RINGS.values() for t in texts] + QUIET
    danger.screen(texts[:1])

    start = time.perf_counter()
    for text in texts:
        danger.screen([text])
    each = (time.perf_counter() - start) / len(texts)

    assert each < 0.001  # aim 0.0001; a busy machine gets room


def test_the_shared_examples_ring_or_stay_quiet(danger: Danger) -> None:
    path = SHARED / "safety_examples.jsonl"
    if not path.exists():
        pytest.skip("no shared data beside the checkout")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    wrong = [
        row["text"]
        for row in rows
        if (danger.screen([row["text"]]) is not None) != (row["must"] == "escalate_urgent")
    ]

    assert wrong == []
