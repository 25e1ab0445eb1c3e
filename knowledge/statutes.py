"""Statute articles from files: JSON lines, a folder of Markdown, or official .docx documents.

Three forms are read:

* JSON lines (``.jsonl``, ``.jsonl.gz``): one article a line with ``law short version level article
  title_path text`` and maybe ``superseded_by``.
* Markdown in the layout of the public repository LawRefBook/Laws: the title as ``#``, dates of passing and
  amendment, a line ``<!-- INFO END -->``, headings as ``##``, articles as paragraphs that begin with 第…条;
  the version stands in the file's name or is the last date of the head; the folder tells the level.
* ``.docx`` as issued by the national database: title, dates in brackets, headings and articles as
  paragraphs.
"""

import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from knowledge.docx import paragraphs
from knowledge.errors import KnowledgeError
from knowledge.naming import ARTICLE, STATE, article_key, number, short_name

_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_IN_NAME = re.compile(r"\((\d{4}-\d{2}-\d{2})\)|[_（(](\d{4})(\d{2})(\d{2})[)）]?$")
_HEADING = re.compile(r"第[零〇一二三四五六七八九十百]+(编|分编|章|节)(?:[\s　]+|$)")
_DEPTH = {"编": 0, "分编": 1, "章": 2, "节": 3}
_LEVELS = ("宪法", "行政法规", "司法解释", "部门规章", "地方性法规")
_SKIP = frozenset({"案例", "_index.md", "README.md", "CONTRIBUTING.md"})
MOST_LINE = 400_000
"""Characters of one JSON line that are still taken for an article."""


@dataclass(frozen=True)
class Article:
    """One article in one version of a law; the version is the day of passing or amendment."""

    law: str
    short: str
    version: str
    level: str
    article: int | str
    title_path: str
    text: str
    superseded_by: str = ""


class Statutes(Protocol):
    """Where articles can be looked up."""

    def find(self, law: str, article: int | str) -> Article | None:
        """The article of a law, named long or short; None when it is not there."""
        ...

    def knows(self, law: str) -> bool:
        """Whether any article of this law is there."""
        ...


class StatuteBook:
    """Articles in memory; the newest version of a law wins."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._laws: dict[str, dict[str, Article]] = {}
        self._names: dict[str, str] = {}
        for article in articles:
            own = self._laws.setdefault(article.law, {})
            held = own.get(article_key(article.article))
            if held is None or held.version <= article.version:
                own[article_key(article.article)] = article
            for name in (article.law, article.short, short_name(article.law)):
                self._names.setdefault(name, article.law)

    def find(self, law: str, article: int | str) -> Article | None:
        full = self._full(law)
        return self._laws[full].get(article_key(article)) if full else None

    def knows(self, law: str) -> bool:
        return self._full(law) is not None

    def _full(self, law: str) -> str | None:
        return self._names.get(law) or self._names.get(STATE + law) or self._names.get(short_name(law))

    def __len__(self) -> int:
        return sum(map(len, self._laws.values()))


def read_statutes(path: Path) -> Iterator[Article]:
    """The articles of a file or folder, in order.

    Raises: KnowledgeError naming file and line for what cannot be read; FileNotFoundError.
    """
    if path.is_dir():
        yield from _folder(path)
    elif path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _json_lines(path)
    elif path.suffix in (".md", ".docx"):
        yield from _document(path, path.parent)
    elif path.exists():
        raise KnowledgeError(f"{path.name}: expected .jsonl, .jsonl.gz, .md, .docx or a folder of these")
    else:
        raise FileNotFoundError(path)


def _json_lines(path: Path) -> Iterator[Article]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        lines = io.TextIOWrapper(cast(IO[bytes], raw), encoding="utf-8")
        count = 0
        try:
            while line := lines.readline(MOST_LINE):
                count += 1
                if line.strip():
                    yield _from_json(json.loads(line))
        except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
            raise KnowledgeError(f"{path.name}, line {max(count, 1)}: no article ({error})") from error


def _from_json(row: Mapping[str, Any]) -> Article:
    article = row["article"]
    if isinstance(article, bool) or not isinstance(article, int | str) or not row["law"] or not row["text"]:
        raise ValueError("law, article and text are needed")
    return Article(
        law=str(row["law"]),
        short=str(row.get("short") or short_name(row["law"])),
        version=str(row["version"]),
        level=str(row.get("level") or ""),
        article=article,
        title_path=str(row.get("title_path") or ""),
        text=str(row["text"]),
        superseded_by=str(row.get("superseded_by") or ""),
    )


def _folder(folder: Path) -> Iterator[Article]:
    """All documents of a folder; of several versions of one title only the newest."""
    newest: dict[str, tuple[str, list[Path]]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".md", ".docx") or _SKIP & set(path.relative_to(folder).parts):
            continue
        head = _read(path)
        if head is None:
            continue
        held = newest.get(head.title)
        if held is None or held[0] < head.version:
            newest[head.title] = (head.version, [path])
        elif held[0] == head.version:
            held[1].append(path)
    for _version, paths in newest.values():
        seen: set[str] = set()
        for path in paths:
            for article in _document(path, folder):
                if article_key(article.article) not in seen:
                    seen.add(article_key(article.article))
                    yield article


@dataclass(frozen=True)
class _Text:
    title: str
    version: str
    lines: tuple[str, ...]


def _document(path: Path, root: Path) -> Iterator[Article]:
    text = _read(path)
    if text is None:
        return
    parts = path.relative_to(root).parts
    level = next((one for one in _LEVELS if one in parts), "法律")
    short = short_name(text.title)
    for key, headings, words in _articles(text.lines):
        yield Article(text.title, short, text.version, level, key, " / ".join(headings), words)


def _read(path: Path) -> _Text | None:
    """Title, version and body of a document; None for one without title or article."""
    raw = paragraphs(path) if path.suffix == ".docx" else path.read_text("utf-8").splitlines()
    lines = [line.strip().strip("　").strip() for line in raw]
    lines = [line for line in lines if line]
    first = next((n for n, line in enumerate(lines) if ARTICLE.match(line)), None)
    title = next((line for line in lines if not line.startswith("<!--")), "").lstrip("# ").strip()
    if first is None or not title or ARTICLE.match(title):
        return None
    body = next((n + 1 for n, line in enumerate(lines) if "INFO END" in line), 1)
    return _Text(title, _version(path, lines[:first]), tuple(lines[body:]))


def _version(path: Path, head: list[str]) -> str:
    found = _IN_NAME.search(path.stem)
    if found:
        return found.group(1) or "-".join(found.group(2, 3, 4))
    dates = [f"{int(y):04}-{int(m):02}-{int(d):02}" for line in head for y, m, d in _DATE.findall(line)]
    return max(dates, default="")


def _articles(lines: Iterable[str]) -> Iterator[tuple[int | str, list[str], str]]:
    """Number, headings and text of each article; a number that comes again gets ``#2``, ``#3``."""
    path: dict[int, str] = {}
    times: dict[str, int] = {}
    current: tuple[int | str, list[str], list[str]] | None = None
    for line in lines:
        plain = line.lstrip("# ").strip()
        heading = _HEADING.match(plain)
        if heading or line.startswith("#"):
            if current:
                yield current[0], current[1], "\n".join(current[2])
                current = None
            depth = _DEPTH[heading.group(1)] if heading else 4
            path = {d: t for d, t in path.items() if d < depth} | {depth: plain}
            continue
        found = ARTICLE.match(line)
        if found and (len(line) == found.end() or line[found.end()] in " 　\t"):
            if current:
                yield current[0], current[1], "\n".join(current[2])
            key = _key(found)
            times[str(key)] = times.get(str(key), 0) + 1
            if times[str(key)] > 1:
                key = f"{key}#{times[str(key)]}"
            rest = line[found.end() :].strip(" 　\t")
            current = (key, [path[d] for d in sorted(path)], [rest] if rest else [])
        elif current:
            current[2].append(line)
    if current:
        yield current[0], current[1], "\n".join(current[2])


def _key(found: re.Match[str]) -> int | str:
    base = number(found.group(1))
    return f"{base}{found.group(2)}" if found.group(2) else base
