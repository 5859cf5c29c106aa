"""What the tests on Spark share."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rig import Bench
from rig.spark_built import Built, build
from rig.spark_site import SparkSite


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have Spark fetch its packages once: the downloads of several workers would meet in one cache."""
    chosen = session.config.getoption("markexpr") == "spark"
    is_worker = hasattr(session.config, "workerinput")
    if chosen and not is_worker and not os.environ.get("PARLEY_SPARK_JARS"):
        with TemporaryDirectory() as folder:
            [done] = SparkSite(Path(folder)).do([{"dbt": ["debug"]}])
        if not done["succeeded"]:
            pytest.exit(f"Spark does not start: {done['failed']}", 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give all tests of the built world to one worker, which builds it once; the others go by their files."""
    for item in items:
        is_of_world = "built" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("built" if is_of_world else item.path.stem))


@pytest.fixture(scope="session")
def built(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A world that both engines have built."""
    return build(bench, tmp_path_factory.mktemp("spark"))
