"""One world on both engines: every table of every layer is the same, built whole and by an increment.

dbt's own tests hold on Spark, too: those of the data, and the unit tests.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rig import Bench
from rig.manifest import parsed
from rig.parity import Compared, compared
from rig.spark_built import Built

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

#: More than a tenth of the rows that the tables have after a batch.
ROWS = (10_000, 20_000)
#: Tables that have no row in a world where nothing is amiss and nobody asked to be forgotten.
MAY_BE_EMPTY = 12


@pytest.mark.parametrize(("run", "batch"), [("whole", 0), ("increment", 1)])
def test_every_table_is_the_same(built: Built, run: str, batch: int) -> None:
    assert built.runs[run]["failed"] == []
    assert built.runs[run]["succeeded"]
    tables: list[Compared] = built.compared(batch)
    assert [one for one in tables if not one.is_equal] == []
    assert len(tables) > 150
    assert len([one for one in tables if one.rows == 0]) <= MAY_BE_EMPTY
    assert sum(one.rows for one in tables) > ROWS[batch]


@pytest.mark.parametrize("run", ["increment", "unit tests"])
def test_every_test_of_dbt_passes(built: Built, bench: Bench, run: str) -> None:
    manifest = parsed(bench)
    known = set(manifest["unit_tests"])
    if run == "increment":
        known = {name for name in manifest["nodes"] if name.startswith("test.")}
    assert len(known) > 150
    statuses = built.runs[run]["statuses"]
    assert {name: statuses.get(name) for name in known if statuses.get(name) != "pass"} == {}


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
