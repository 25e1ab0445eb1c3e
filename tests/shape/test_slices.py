"""What a slice owes: erasing what it holds of a resident, journeys that exist, acts that resolve."""

import ast
from pathlib import Path

from admin.slices import SLICES
from admin.tables import metadata
from bot.dialogue.acts import dotted, resolve
from handlers.handoff import service as handoff

ROOT = Path(__file__).resolve().parents[2]


def _tables_of(slice_name: str) -> set[str]:
    models = ROOT / "handlers" / slice_name / "models.py"
    if not models.exists():
        return set()
    names = set()
    for node in ast.walk(ast.parse(models.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__tablename__":
            names.add(ast.literal_eval(node.value))
    return names


def _holds_residents(table: str) -> bool:
    return "resident_id" in metadata().tables[table].columns


def test_a_slice_that_holds_rows_of_residents_can_erase_them() -> None:
    for one in SLICES:
        held = sorted(table for table in _tables_of(one.name) if _holds_residents(table))
        assert not held or one.erase is not None, f"{one.name} holds {held} and has no erase"


def test_every_slice_with_tables_of_residents_is_in_the_list() -> None:
    listed = {one.name for one in SLICES}
    for folder in sorted((ROOT / "handlers").iterdir()):
        if any(_holds_residents(table) for table in _tables_of(folder.name)):
            assert folder.name in listed


def test_journeys_have_names_of_their_own_and_begin_with_their_slice() -> None:
    names = [journey.name for one in SLICES for journey in one.journeys]
    words = [word for one in SLICES for journey in one.journeys for word in journey.words]

    assert len(names) == len(set(names))
    assert len(words) == len(set(words))
    for one in SLICES:
        assert all(journey.name.startswith(f"{one.name}.") for journey in one.journeys)


def test_menus_lead_to_journeys_that_exist() -> None:
    names = {journey.name for one in SLICES for journey in one.journeys}

    assert {choice.go for one in SLICES for choice in one.menu} <= names


def test_names_of_acts_resolve_to_the_acts() -> None:
    assert resolve(dotted(handoff.erase)) is handoff.erase
