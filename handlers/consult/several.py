"""Several questions in one message: where one ends and the next begins."""

import re
from typing import NamedTuple

_LEAST, _MOST = 4, 3
"""Characters of a question; how many are told apart (the rest stays with the last one)."""
_SIGNS = "一二三四五12345１２３４５①②③④⑤"
_ORDER = {sign: n % 5 + 1 for n, sign in enumerate(_SIGNS)}
_FIRST, _SECOND = re.compile("[一1１①]"), re.compile("[二2２②]")
"""Without both of them there is no list."""
_ITEM = re.compile(
    r"(?:(?:^|[\n。；;？?！!，,：: ])\s*"
    r"(?:第([一二三四五])(?:个问题|件事|点|个|)(?=[、.．,，:：\s])|[(（]?([一二三四五1-5１-５])[)）]?(?=\s*[、.．,，:：)）]))"
    r"|([①-⑤]))\s*[、.．,，:：)）]?(?!\d)"
)
"""A number of a list, not of an amount: ``1、``, ``第一``, ``①``, and not ``1个月`` or ``1.5``."""
_LINK = re.compile(
    r"(?:(?:^|(?<=[\n。；;？?！!，, ]))\s*"
    r"(?:另外|此外|除此之外|再就是|其次|还有(?:就是|个事|一个|一件|件事|个问题|想问|请问)|再问(?:一下|一个|个)?"
    r"|顺便(?:再)?问(?:一下)?|(?:我)?还想(?:再)?问(?:一下)?|还要问|第二(?:个问题|件事|个)|另一(?:个问题|件事))"
    r"|(?<=[\n。；;？?！!])\s*还有)"
    r"[，,：: ]*(?:我|还)?(?:想)?(?:再)?(?:问(?:一下)?)?"
)
_LINKS = re.compile("[另此再其还顺]|第二")
"""What every link begins with: most messages hold none of them, and looking for links takes time."""
_MARK = re.compile(r"(?<=[？?])(?![？?])")


class Parts(NamedTuple):
    """The questions of a message. ``sure``: a list or a word such as 另外 parts them, not two marks alone."""

    texts: tuple[str, ...]
    sure: bool


def questions_in(text: str) -> Parts:
    """The questions of a message, in order; one when nothing says that there are more.

    Whether each has a matter of its own is for the matcher to say.
    """
    if len(text) >= 2 * _LEAST:
        for cut, sure in ((_listed, True), (_linked, True), (_marked, False)):
            parts = [part.strip(" \n，,。；;、") for part in cut(text)]
            parts = [part for part in parts if len(part) >= _LEAST]
            if len(parts) > 1:
                rest = ["\n".join(parts[_MOST - 1 :])] if len(parts) >= _MOST else []
                return Parts((*parts[: _MOST - 1], *rest), sure)
    return Parts((text,), sure=False)


def _listed(text: str) -> list[str]:
    """Items numbered 1, 2 … in order; what stands before the first is said of all of them."""
    cuts: list[tuple[int, int]] = []
    if not (_FIRST.search(text) and _SECOND.search(text)):
        return [text]
    for found in _ITEM.finditer(text):
        sign = found.group(1) or found.group(2) or found.group(3)
        if _ORDER[sign] == len(cuts) + 1:
            cuts.append(found.span())
    if len(cuts) < 2:
        return [text]
    ends = [start for start, _end in cuts[1:]] + [len(text)]
    return [text[end:until] for (_start, end), until in zip(cuts, ends, strict=True)]


def _linked(text: str) -> list[str]:
    if not _LINKS.search(text):
        return [text]
    parts = _LINK.split(text)
    return parts if len(parts) > 1 else [text]


def _marked(text: str) -> list[str]:
    return _MARK.split(text)
