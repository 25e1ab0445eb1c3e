"""A small pack of made-up entries, so that tests of the machinery do not depend on the shipped content."""

from pathlib import Path

from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
"""Development data beside the checkout; tests that want it skip, saying so, where it is absent."""

WAGES = """\
- id: labour.wages
  topic: labour
  title: 单位不发工资，怎么要？
  wordings: [老板拖欠工资不给咋办, 干了三个月没拿到一分工钱, 厂里说没钱发不出薪水, 讨要血汗钱去哪个衙门, 辞工以后末月钱扣着, 微信上催了老板装没看见]
  keywords: [{say: 欠薪, also: [拖欠工资, 工钱]}]
  sure: [['工资|工钱|薪水', '拖|欠|不给|不发|没拿']]
  not: [{pattern: '工地|包工头', instead: labour.site}]
  short: 先存好考勤和转账，再去劳动保障监察投诉（{tel:labour}），也可以申请仲裁，一年内。
  assumes: 您在单位上班。
  ask:
    - q: 您有没有工资欠条？
      options:
        - {label: 有欠条, patterns: [欠条], then: 可以拿欠条直接起诉。}
        - {label: 没有, patterns: [没打条], then: 先去投诉。}
  full: {steps: [存证据, 去投诉], papers: [身份证], where: 县劳动监察, cost: 不收费, traps: [别删聊天记录]}
  limits: [{what: 申请仲裁, period: 1y, from: 离开那天, article: 劳动争议调解仲裁法 27}]
  citations:
    - {law: 劳动法, article: 50, version: 2018-12-29, says: 不得克扣或者无故拖欠劳动者的工资}
    - {law: 劳动合同法, article: 30, version: 2012-12-28, says: 按照劳动合同约定和国家规定}
    - {law: 劳动争议调解仲裁法, article: 27, version: 2007-12-29, says: 仲裁时效期间为一年}
    - {law: 劳动争议调解仲裁法, article: 53, version: 2007-12-29, says: 劳动争议仲裁不收费}
  next: call:labour
  related: [labour.site]
  risk: mid
  review: {author: xiaosi, reviewer: none, checked_on: 2026-11-20, due: 2027-11-20}
- id: labour.site
  topic: labour
  title: 工地干活，包工头不给钱，找谁？
  wordings: [包工头跑了我们找谁去, 盖楼干了半年没结账, 总包说钱给了小老板, 农民工年底要账没人管, 脚手架班组的工费拖着, 带班的电话打不通]
  keywords: [{say: 包工头, also: [工头, 小老板]}]
  sure: [['工地|包工头|总包', '工资|工钱|不给|欠|跑']]
  short: 工地欠薪，可以找总包，也可以去劳动保障监察投诉，一年内申请仲裁。
  full: {steps: [拍下公示牌]}
  citations: [{law: 保障农民工工资支付条例, article: 30, version: 2019-12-30, says: 由施工总承包单位先行清偿}]
  next: ask_person
  risk: high
  ask:
    - q: 是工程还是个人家里？
      options:
        - {label: 工程, patterns: ['盖楼|工程'], then: 找总包。}
        - {label: 个人家里, patterns: [自家], then: labour.wages}
  review: {author: xiaosi, reviewer: none, checked_on: 2026-11-20, due: 2027-11-20}
- id: guide.labour
  kind: guide
  topic: labour
  title: 打工的事怎么办
  scope: [打工, 辞退, 劳动合同, 加班]
  not_scope: [借款合同]
  short: 先留证据，再和单位说，说不通去投诉或申请仲裁。您是哪一种？
  today: [存好考勤]
  ways: [{way: 劳动仲裁, where: 仲裁委, period: 1y, cost: 不收费}]
  citations: [{law: 劳动争议调解仲裁法, article: 5, version: 2007-12-29, says: 可以向调解组织申请调解}]
  next: ask_person
  risk: low
  review: {author: xiaosi, reviewer: none, checked_on: 2026-11-20, due: 2027-11-20}
"""
LEAK = """\
- id: neighbour.leak
  topic: neighbour
  title: 楼上漏水泡了我家，找谁赔？
  wordings: [楼上卫生间漏水我家顶棚发黑, 天花板滴水上面那户不认, 暖气管爆了把地板泡坏, 阳台返水木地板鼓包, 我漏到楼下人家张口一万, 外墙渗水墙皮掉]
  keywords: [{say: 漏水, also: [渗水, 滴水]}]
  sure: [['漏水|渗水|滴水', '楼上|楼下|邻居']]
  short: 先拍照，请物业到场看原因，再由坏的那家修好并赔。
  full: {steps: [拍照]}
  citations: [{law: 民法典, article: 296, version: 2020-05-28, says: 应当尽量避免对相邻的不动产权利人造成损害}]
  next: book_mediation
  risk: low
  review: {author: xiaosi, reviewer: none, checked_on: 2026-11-20, due: 2027-11-20}
"""


def write_pack(folder: Path, **files: str) -> Path:
    """A folder with topic files; by default the two above."""
    for topic, text in (files or {"labour": WAGES, "neighbour": LEAK}).items():
        (folder / f"{topic}.yaml").write_text(text, "utf-8")
    return folder


def matcher_of(library: Library) -> Matcher:
    """A matcher with the shipped tables."""
    hotlines = Hotlines.load()
    return Matcher(library, hotlines, Danger.load(hotlines))
