"""Statutes in the database: loading them, looking an article up, searching."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select

from bot.db import Read
from bot.work.inserting import insert
from bot.work.revisions import bump
from bot.work.unit import Work
from handlers.library.models import Statute
from knowledge.naming import STATE, article_key, article_value, short_name
from knowledge.statutes import Article

MOST = 200
"""Rows that one act writes."""
REVISION = "statutes"


@dataclass(frozen=True)
class Row:
    """An article as it is written, with its digest made beforehand (acts do no hashing)."""

    article: Article
    digest: str


def row(article: Article) -> Row:
    """An article with its digest."""
    parts = "\x1f".join(map(str, astuple(article)))
    return Row(article, hashlib.sha256(parts.encode()).hexdigest())


def load(work: Work, rows: tuple[Row, ...]) -> int:
    """Write articles, at most `MOST`; one that is there already is replaced. Returns: how many."""
    values = [_values(one) for one in rows]
    if not values:
        return 0
    fresh = insert(work.db, Statute)
    kept = {name: fresh.excluded[name] for name in values[0] if name not in ("law", "article")}
    work.db.execute(fresh.on_conflict_do_update(index_elements=["law", "article"], set_=kept), values)
    bump(work, REVISION)
    return len(values)


def drop_older(work: Work, law: str, version: str) -> int:
    """Delete up to `MOST` articles of a law that belong to an older version. Returns: how many."""
    old = list(
        work.db.execute(
            select(Statute.article).where(Statute.law == law, Statute.version < version).limit(MOST)
        ).scalars()
    )
    if old:
        work.db.execute(delete(Statute).where(Statute.law == law, Statute.article.in_(old)))
        bump(work, REVISION)
    return len(old)


@dataclass(frozen=True)
class Held:
    """What is loaded: digest by law and article, newest version by law."""

    digests: Mapping[tuple[str, str], str]
    versions: Mapping[str, str]


def held(connection: Connection) -> Held:
    """What is loaded already, so that a second import writes nothing and a broken one goes on."""
    digests: dict[tuple[str, str], str] = {}
    versions: dict[str, str] = {}
    for law, article, version, mark in connection.execute(
        select(Statute.law, Statute.article, Statute.version, Statute.digest)
    ):
        digests[law, article] = mark
        versions[law] = max(version, versions.get(law, ""))
    return Held(digests, versions)


def batches(articles: Iterable[Article], there: Held) -> Iterator[tuple[Row, ...]]:
    """What must be written, in groups of `MOST`; texts older than those held are left out."""
    newest = dict(there.versions)
    group: dict[tuple[str, str], Row] = {}
    for article in articles:
        key, one = (article.law, article_key(article.article)), row(article)
        if article.version < newest.get(article.law, "") or there.digests.get(key) == one.digest:
            continue
        newest[article.law] = article.version
        group[key] = one
        if len(group) == MOST:
            yield tuple(group.values())
            group = {}
    if group:
        yield tuple(group.values())


def count(connection: Connection) -> tuple[int, int]:
    """Laws and articles that are loaded."""
    laws, articles = connection.execute(select(func.count(func.distinct(Statute.law)), func.count())).one()
    return int(laws), int(articles)


def mark(connection: Connection) -> str:
    """A digest of all that is loaded, by which an index of it is known; empty when nothing is."""
    found = hashlib.sha256()
    count = 0
    wanted = select(Statute.digest).order_by(Statute.law, Statute.article)
    for one in connection.execute(wanted, execution_options={"yield_per": 1000}).scalars():
        found.update(one.encode())
        count += 1
    return found.hexdigest() if count else ""


def every(connection: Connection) -> Iterator[Article]:
    """All articles, by law."""
    for found in connection.execute(select(Statute.__table__).order_by(Statute.law)):
        yield _article(found)


class StoredStatutes:
    """Looks articles up in the database; each look-up reads anew."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def find(self, law: str, article: int | str) -> Article | None:
        wanted = select(Statute.__table__).where(_means(law), Statute.article == article_key(article))
        with self._read() as connection:
            found = connection.execute(wanted.order_by(Statute.version.desc()).limit(1)).first()
        return _article(found) if found else None

    def knows(self, law: str) -> bool:
        with self._read() as connection:
            return connection.execute(select(Statute.law).where(_means(law)).limit(1)).first() is not None


def _means(law: str) -> Any:
    return or_(Statute.law.in_((law, STATE + law)), Statute.short.in_((law, short_name(law))))


def _values(one: Row) -> dict[str, str]:
    found = one.article
    return {
        "law": found.law,
        "article": article_key(found.article),
        "short": found.short,
        "version": found.version,
        "level": found.level,
        "title_path": found.title_path,
        "text": found.text,
        "superseded_by": found.superseded_by,
        "digest": one.digest,
    }


def _article(found: Any) -> Article:
    return Article(
        law=found.law,
        short=found.short,
        version=found.version,
        level=found.level,
        article=article_value(found.article),
        title_path=found.title_path,
        text=found.text,
        superseded_by=found.superseded_by,
    )
