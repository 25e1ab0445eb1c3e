"""Fixtures for tests of what measures the matcher."""

import pytest

from knowledge.library import Library
from tests.knowledge.pack import write_pack


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small pack."""
    return Library.load(write_pack(tmp_path_factory.mktemp("pack")))
