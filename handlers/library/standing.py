"""How each entry stands: whether it answers, in whose text, and what somebody should look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from handlers.library import freezing
from handlers.library.freezing import Frozen
from handlers.library.models import Adoption, EntryVersion, Override


@dataclass(frozen=True)
class Standing:
    """How an entry stands.

    Attributes:
        state: ``answers``, ``proposed`` (nobody adopted it), ``changed`` (the pack changed it since it was
            adopted) or ``frozen``; layer: whose text it is, ``pack`` or ``county``.
        digest: of the text that stands; adopted: digest of the text that was adopted, empty for none.
        conflict: the pack changed under the county's own text; base: the pack's text it was compared with.
    """

    entry: str
    state: str
    layer: str
    digest: str
    adopted: str
    conflict: bool
    base: str
    frozen: Frozen | None


def standings(connection: Connection, shipped: Mapping[str, str], *, trial: bool) -> dict[str, Standing]:
    """How all entries stand.

    Args: shipped: digests of the pack's texts, by id; trial: whether all count as adopted.
    """
    adopted = {row.entry: row.digest for row in connection.execute(select(Adoption.entry, Adoption.digest))}
    frozen = freezing.frozen(connection)
    own = {
        row.entry: (row.digest, row.base)
        for row in connection.execute(
            select(Override.entry, EntryVersion.digest, Override.base).join(
                EntryVersion, EntryVersion.id == Override.version_id
            )
        )
    }
    found = {}
    for entry in [*shipped, *(one for one in own if one not in shipped)]:
        digest, base = own.get(entry, (shipped.get(entry, ""), ""))
        held = adopted.get(entry, "")
        state = "answers" if trial or held == digest else "changed" if held else "proposed"
        found[entry] = Standing(
            entry=entry,
            state="frozen" if entry in frozen else state,
            layer="county" if entry in own else "pack",
            digest=digest,
            adopted=held,
            conflict=entry in own and entry in shipped and base != shipped[entry],
            base=base,
            frozen=frozen.get(entry),
        )
    return found
