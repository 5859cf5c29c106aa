"""What the tests on Spark share."""

from __future__ import annotations

import pytest

from rig import Bench
from rig.spark_built import Built, build


@pytest.fixture(scope="session")
def built(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A world that both engines have built."""
    return build(bench, tmp_path_factory.mktemp("spark"))
