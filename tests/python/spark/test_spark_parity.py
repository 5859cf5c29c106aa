"""One world, built whole on both engines: every table of every layer is the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rig import EVERYTHING, Bench
from rig.parity import Compared, compared
from rig.spark_site import SCHEMAS, SparkSite
from worlds import make_world

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

SEED = 7
#: Tables that have no row in a world where nothing is amiss and nobody asked to be forgotten.
MAY_BE_EMPTY = 12


@pytest.fixture(scope="module")
def tables(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Every table and view of the world on DuckDB, compared with Spark's."""
    site = bench.site(EVERYTHING)
    site.land(make_world(SEED, accounts=12, attentive=4, one_to_one=4))
    site.build()
    spark = SparkSite(tmp_path_factory.mktemp("spark"), site.landing)
    exported = spark.folder / "exported"
    [done] = spark.do([{"dbt": list(EVERYTHING)}, {"export": list(SCHEMAS), "to": str(exported)}])
    assert done["succeeded"], done["failed"][:3]
    with duckdb.connect(str(site.warehouse), read_only=True) as warehouse:
        return [compared(warehouse, name, exported / name) for name in relations(warehouse)]


def relations(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of all relations that the project builds, with their schemas."""
    rows = warehouse.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where list_contains($schemas, table_schema) order by all",
        {"schemas": list(SCHEMAS)},
    ).fetchall()
    return [name for (name,) in rows]


def test_every_table_is_the_same(tables: list[Compared]) -> None:
    assert [one for one in tables if not one.is_equal] == []


def test_there_is_something_to_compare(tables: list[Compared]) -> None:
    assert len(tables) > 150
    assert len([one for one in tables if one.rows == 0]) <= MAY_BE_EMPTY
    assert sum(one.rows for one in tables) > 20_000


def test_a_changed_cell_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with duckdb.connect() as warehouse:
        warehouse.execute(
            "create table kept as select * from (values ('a', 1, 0.1e0), ('b', null, 2e0)) as t(k, n, x)"
        )
        for k, n, x, expected in (
            ("b", "null", "2e0", {}),
            ("b", "null", "2.0000000000001e0", {}),
            ("b", "null", "2.00001e0", {"x": 1}),
            ("b", "2", "2e0", {"n": 1}),
            ("c", "null", "null", {"k": 1, "x": 1}),
        ):
            warehouse.execute(
                f"copy (select * from (values ('{k}', {n}, {x}), ('a', 1, 0.1e0)) as t(k, n, x)) "
                f"to '{tmp_path}/a/0.parquet' (format parquet)"
            )
            assert compared(warehouse, "kept", tmp_path / "a").differences == expected
