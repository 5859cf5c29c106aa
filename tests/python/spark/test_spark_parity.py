"""One world on both engines, in shuffled batches: every table of every layer is the same after each.

dbt's own tests hold on Spark, too, those of the data and the unit tests; MetricFlow finds the semantic
layer valid there, and both engines answer and publish the same. Tables of Delta and of plain Parquet take
hours more: `make test-spark` makes them, CI does not.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from parley.marts import read_marts
from rig import Bench
from rig.manifest import parsed
from rig.metric_queries import MetricProject
from rig.parity import compared
from rig.site import PROJECT
from rig.spark_built import BATCHES, Built, World, all_compared, on_duckdb, on_spark

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

#: More than a tenth of the rows that the tables have after a batch.
ROWS = (10_000, 20_000)
#: Tables that have no row in a world where nothing is amiss and nobody asked to be forgotten.
MAY_BE_EMPTY = 12
#: Formats of tables; the first is what everybody has who does not ask for another.
FORMATS = [
    "iceberg",
    pytest.param("delta", marks=pytest.mark.soak),
    pytest.param("parquet", marks=pytest.mark.soak),
]
SAVED = yaml.safe_load((PROJECT / "models/semantic/_saved_queries.yml").read_text())[
    "saved_queries"
]
#: What a query's metrics are; the other columns of its rows are what it is grouped by.
METRICS = {query["name"]: query["query_params"]["metrics"] for query in SAVED}


@pytest.fixture(scope="module")
def world(bench: Bench) -> World:
    """The world on DuckDB."""
    return on_duckdb(bench)


@pytest.fixture(scope="module", params=FORMATS)
def built(
    world: World, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Built:
    """The world on Spark, in tables of a format."""
    return on_spark(world, tmp_path_factory.mktemp(request.param), request.param)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_table_is_the_same(world: World, built: Built, batch: int) -> None:
    assert built.runs[batch]["failed"] == []
    assert built.runs[batch]["succeeded"]
    tables = all_compared(world.sites[batch].warehouse, built.exported[batch])
    assert [one for one in tables if not one.is_equal] == []
    assert len(tables) > 150
    assert len([one for one in tables if one.rows == 0]) <= MAY_BE_EMPTY
    assert sum(one.rows for one in tables) > ROWS[batch]


@pytest.mark.parametrize(("kind", "run"), [("data", BATCHES - 1), ("unit", BATCHES)])
def test_every_test_of_dbt_passes(built: Built, bench: Bench, kind: str, run: int) -> None:
    manifest = parsed(bench)
    known = set(manifest["unit_tests"])
    if kind == "data":
        known = {name for name in manifest["nodes"] if name.startswith("test.")}
    assert len(known) > 150
    statuses = built.runs[run]["statuses"]
    assert {name: statuses.get(name) for name in known if statuses.get(name) != "pass"} == {}


@pytest.fixture(scope="module")
def project(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which MetricFlow finds the project as it was built on Spark."""
    folder = tmp_path_factory.mktemp("metrics")
    for name in ("dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(PROJECT / name)
    (folder / "target").mkdir()
    manifest = (built.spark.folder / "target" / "semantic_manifest.json").read_bytes()
    (folder / "target" / "semantic_manifest.json").write_bytes(manifest)
    return folder


def keyed(query: str, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[Any]]:
    """The metrics of each row by what it is grouped by."""
    metrics = METRICS[query]
    return {
        tuple(value for name, value in sorted(row.items()) if name not in metrics): [
            row[name] for name in metrics
        ]
        for row in rows
    }


def same(one: Any, other: Any) -> bool:
    """Whether two numbers are the same to the last digits of a double; null is only itself."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=0)


def test_the_saved_queries_answer_the_same(
    world: World, built: Built, project: Path, tmp_path: Path
) -> None:
    here = MetricProject(world.site, tmp_path).saved(*METRICS)
    asked = built.spark.run(
        "rig.metric_queries", "saved", folder=project, text=json.dumps(list(METRICS))
    )
    assert asked.code == 0, asked.output
    there = json.loads(asked.output.splitlines()[-1])
    assert len(METRICS) == 10
    for query, of_duckdb, of_spark in zip(METRICS, here, there, strict=True):
        assert (of_duckdb["refused"], of_spark["refused"]) == ("", ""), query
        expected, found = keyed(query, of_duckdb["rows"]), keyed(query, of_spark["rows"])
        assert len(expected) == len(of_duckdb["rows"]) > 0, query
        assert expected.keys() == found.keys(), query
        differing = [
            (key, values, found[key])
            for key, values in expected.items()
            if not all(map(same, values, found[key]))
        ]
        assert differing == [], query
        assert any(value for values in expected.values() for value in values), query


def test_mf_finds_the_configuration_valid_and_answers_by_name(built: Built, project: Path) -> None:
    valid = built.spark.run("parley.spark.mf", "validate-configs", folder=project)
    assert valid.code == 0, valid.output
    asked = built.spark.run(
        "parley.spark.mf", "query", "--metrics", "prospects", "--group-by", "account",
        "--where", "{{ Entity('source_type') }} = 'web'", folder=project,
    )  # fmt: skip
    assert asked.code == 0, asked.output
    assert "Success" in asked.output


def test_both_engines_publish_the_same(world: World, built: Built, tmp_path: Path) -> None:
    """Tables, types, comments and rows of the published file, so that all that reads it may read either."""
    from_spark = tmp_path / "spark.duckdb"
    ran = built.spark.run("parley.publish", "--target", str(from_spark))
    assert ran.code == 0, ran.output
    published = world.site.publish()
    assert published.code == 0, published.output
    with duckdb.connect(str(world.site.published), read_only=True) as connection:
        connection.execute(f"attach '{from_spark}' as spark (read_only)")
        for query in (
            "select table_name, comment from duckdb_tables() where database_name = '{}' order by 1",
            "select table_name, column_index, column_name, data_type, comment from duckdb_columns() "
            "where database_name = '{}' and schema_name = 'marts' order by 1, 2",
        ):
            here, there = (
                connection.execute(query.format(name)).fetchall()
                for name in (world.site.published.stem, "spark")
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
    assert sum(one.rows for one in found) > 10_000


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
