"""The search in the loaded statutes; its index lies beside the database and is made anew when they change."""

from admin.store import Store
from handlers.library import statutes
from knowledge.law_search.ground import Ground
from knowledge.law_search.kept import kept_ground, kept_index
from knowledge.law_search.search import StatuteSearch
from knowledge.law_search.terms import Terms
from knowledge.library import Library
from knowledge.segment import Segmenter


def statute_search(store: Store) -> StatuteSearch | None:
    """The search, None without statutes. Takes a moment, or some seconds where it must be made."""
    ground = law_ground(store)
    return StatuteSearch(ground) if ground is not None else None


def law_ground(store: Store) -> Ground | None:
    """What the search stands on, read or made: the index, and the shipped entries; None without statutes."""
    folder = store.settings.store_dir
    terms = Terms(Segmenter(folder))
    with store.reader.open() as connection:
        mark = statutes.mark(connection)
        if not mark:
            return None
        index = kept_index(folder, mark, lambda: statutes.every(connection), terms)
    return kept_ground(folder, mark, index, lambda: Library.load(cache_dir=folder), terms)
