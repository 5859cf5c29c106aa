"""The demo on both engines: every table, and the published file, are the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parley.marts import read_marts
from rig.demo import Demo
from rig.parity import compared
from rig.site import EVERYTHING
from rig.spark_built import KEY, all_compared
from rig.spark_site import SCHEMAS, SparkSite

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark


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


def test_both_engines_publish_the_same(demo: Demo, on_spark: OnSpark, tmp_path: Path) -> None:
    """Tables, types, comments and rows of the published file, so that all that reads it may read either."""
    from_spark = tmp_path / "spark.duckdb"
    ran = on_spark.site.run("parley.publish", "--target", str(from_spark))
    assert ran.code == 0, ran.output
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        connection.execute(f"attach '{from_spark}' as spark (read_only)")
        for query in (
            "select table_name, comment from duckdb_tables() where database_name = '{}' order by 1",
            "select table_name, column_index, column_name, data_type, comment from duckdb_columns() "
            "where database_name = '{}' and schema_name = 'marts' order by 1, 2",
        ):
            here, there = (
                connection.execute(query.format(name)).fetchall()
                for name in (demo.published.stem, "spark")
            )
            assert here == there
            assert len(here) > 70
        found = []
        for mart in read_marts(connection):
            folder = tmp_path / mart.name
            folder.mkdir()
            connection.execute(f"copy spark.marts.{mart.name} to '{folder}/0.parquet'")
            found.append(compared(connection, f"marts.{mart.name}", folder))
    assert [one for one in found if not one.is_equal] == []
    assert sum(one.rows for one in found) > 500_000
