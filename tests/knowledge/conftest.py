"""Fixtures for tests of the knowledge floor."""

import pytest

from knowledge.danger import Danger
from knowledge.hotlines import Hotlines
from knowledge.library import Library
from knowledge.matching import Matcher
from tests.knowledge.pack import matcher_of, write_pack


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small pack."""
    return Library.load(write_pack(tmp_path_factory.mktemp("pack")))


@pytest.fixture(scope="session")
def matcher(library: Library) -> Matcher:
    """A matcher on the small pack."""
    return matcher_of(library)


@pytest.fixture(scope="session")
def whole() -> Matcher:
    """A matcher on all that is shipped."""
    return matcher_of(Library.load())


@pytest.fixture(scope="session")
def hotlines() -> Hotlines:
    """The shipped numbers."""
    return Hotlines.load()


@pytest.fixture(scope="session")
def danger(hotlines: Hotlines) -> Danger:
    """The shipped danger screen."""
    return Danger.load(hotlines)
