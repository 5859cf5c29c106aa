"""The fixtures of tests that build warehouses; `conftest.py` gives them to all modules."""

from __future__ import annotations

import pytest

from .demo import demo
from .site import Bench, Site
from .worlds_built import WorldsBuilt

__all__ = ["bench", "demo", "site", "worlds_built"]


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """This worker's place to work."""
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def site(bench: Bench) -> Site:
    """A landing root without a file, and no warehouse yet."""
    return bench.site()


@pytest.fixture(scope="session")
def worlds_built(bench: Bench) -> WorldsBuilt:
    """Random worlds on demand."""
    return WorldsBuilt(bench)
