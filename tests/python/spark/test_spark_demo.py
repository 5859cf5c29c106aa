"""The demo on both engines: every table is the same.

It takes a quarter of an hour: `make test-spark` runs it, CI does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rig.demo import Demo
from rig.site import EVERYTHING
from rig.spark_built import KEY, all_compared
from rig.spark_site import SCHEMAS, SparkSite

pytest.importorskip("pyspark")
pytestmark = [pytest.mark.spark, pytest.mark.soak]


@dataclass(frozen=True)
class OnSpark:
    """The demo's files built on Spark: what dbt did, and every table as Parquet."""

    site: SparkSite
    run: dict[str, Any]
    exported: Path


@pytest.fixture(scope="module")
def on_spark(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> OnSpark:
    """The demo, with the pseudonyms that its warehouse on DuckDB has."""
    folder = tmp_path_factory.mktemp("demo_on_spark")
    key = str(demo.warehouse.with_name(KEY))
    site = SparkSite(folder, demo.landing, {"PARLEY_PSEUDONYM_KEY": key})
    exported = folder / "exported"
    [run] = site.do([{"dbt": list(EVERYTHING)}, {"export": list(SCHEMAS), "to": str(exported)}])
    return OnSpark(site, run, exported)


def test_every_table_is_the_same(demo: Demo, on_spark: OnSpark) -> None:
    assert on_spark.run["failed"] == []
    tables = all_compared(demo.warehouse, on_spark.exported)
    assert [one for one in tables if not one.is_equal] == []
    assert len(tables) > 150
    assert sum(one.rows for one in tables) > 500_000
