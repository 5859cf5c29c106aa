"""Increments on Spark: batches give what one build gives, whatever statement a build was killed before.

A warehouse lives through one batch after the other. In each, a build dies before one statement of a
model that adds rows, one that replaces keys or one that replaces units, the last statement first, so that
the next build finds what the one before has left; after the first statement a build comes through. Then
other builds begin in the middle of one. What is at last in the tables is what a build from nothing makes
of all the files.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rig import Bench
from rig.parity import exports_compared
from rig.spark_batches import MODELS, batch, landed
from rig.spark_built import all_compared
from rig.spark_site import SparkSite, in_format

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

RUN = ["run", "--select", *MODELS]
COMMIT = "insert into parley_state.model_states select '{model}'"
#: A model that a full refresh replaces and does not commit.
REPLACED = "int_configuration__campaigns"
#: Statements of a model's commit, in their order, by what the model does with its rows.
STATEMENTS = {
    "stg_liveperson__agent_status_deliveries": (
        "insert into parley_state.landed_files",
        "insert into staging.{model}",
        "insert into parley_state.changed_values .*'{model}'",
        COMMIT,
    ),
    "int_configuration__campaigns": (
        "create or replace table parley_state.{model}__staged",
        "insert into parley_state.changed_values .*'{model}'",
        "merge into intermediate.{model} ",
        COMMIT,
    ),
    "int_agents__states": (
        "create or replace table parley_state.{model}__staged",
        "merge into intermediate.{model} ",
        COMMIT,
    ),
}
#: How builds end that follow each other, and the statement before which each meets its end.
ENDS = [
    *(
        [("dies_before", statement.format(model=model)) for statement in reversed(statements)]
        for model, statements in reversed(STATEMENTS.items())
    ),
    # another build begins, and this one stops at its commit
    [
        ("overtaken_before", "insert into staging.stg_liveperson__agent_status_deliveries"),
        ("overtaken_before", "merge into intermediate.int_agents__states "),
    ],
]
BATCHES = 1 + sum(map(len, ENDS))
SCHEMAS = ["staging", "intermediate"]


def half_written(site: SparkSite, below: str) -> None:
    """Leave what a first build that is killed in the middle of a statement leaves: files that no table has."""
    schema = "intermediate" if below else "intermediate.db"
    folder = site.folder / "warehouse" / schema / "int_agents__states" / below
    folder.mkdir(parents=True)
    (folder / "part-00000.snappy.parquet").write_bytes(b"PAR1")


@pytest.fixture(scope="module", params=["iceberg", pytest.param("delta", marks=pytest.mark.soak)])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SparkSite, list[dict[str, Any]]]:
    """Where the tables are, after all these ends and built from nothing, and what each run did."""
    site = SparkSite(tmp_path_factory.mktemp("lives"), settings=in_format(request.param))
    half_written(site, "data" if request.param == "iceberg" else "")
    steps: list[dict[str, Any]] = [{"land": batch(0)}, {"dbt": RUN}]
    number = 0
    for ends in ENDS:
        for end, statement in ends:
            number += 1
            steps += [{"land": batch(number)}, {"dbt": RUN, end: statement}]
        steps.append({"dbt": RUN})
    steps += [
        {
            "dbt": ["run", "--select", REPLACED, "--full-refresh"],
            "dies_before": COMMIT.format(model=REPLACED),
        },
        {"dbt": RUN},
        {"dbt": RUN},
        {"export": [*SCHEMAS, "parley_state"], "to": str(site.folder / "lived")},
        {"dbt": [*RUN, "--full-refresh"]},
        {"export": SCHEMAS, "to": str(site.folder / "anew")},
    ]
    done = iter(site.do(steps))
    return site, [step | next(done) for step in steps if "dbt" in step]


def test_every_build_ends_where_it_should_and_is_made_good(
    lived: tuple[SparkSite, list[dict[str, Any]]],
) -> None:
    for run in lived[1]:
        assert run["died"] == ("dies_before" in run), run
        if "overtaken_before" in run:
            told = ["Another build of this warehouse has begun" in said for said in run["failed"]]
            assert told, run
            assert all(told), run
        elif not run["died"]:
            assert run["failed"] == [], run["failed"][0]
            assert run["succeeded"], run


def test_the_tables_are_those_of_a_build_from_nothing(
    lived: tuple[SparkSite, list[dict[str, Any]]],
) -> None:
    folder = lived[0].folder
    tables = exports_compared(folder / "anew", folder / "lived")
    assert [one for one in tables if not one.is_equal] == []
    assert len(tables) == 9
    # a session or a campaign of every batch, at least
    few = {one.relation for one in tables if one.rows < BATCHES}
    assert few <= {'"intermediate.int_agents__open_sessions"'}


def test_a_full_refresh_that_died_is_done_again(
    lived: tuple[SparkSite, list[dict[str, Any]]],
) -> None:
    """The build after it is no full refresh, and the first one was build 1."""
    states = f"{lived[0].folder}/lived/parley_state.model_states/*.parquet"
    with duckdb.connect() as warehouse:
        [(newest,)] = warehouse.execute(
            "select max(build_id) from read_parquet($states) where is_full and model_name = $model",
            {"states": states, "model": REPLACED},
        ).fetchall()
    assert newest > BATCHES


@pytest.mark.soak
def test_plain_files_are_made_anew_by_the_build_after_a_kill(bench: Bench, tmp_path: Path) -> None:
    there, here = SparkSite(tmp_path, settings=in_format("parquet")), bench.site((*RUN,))
    half_written(there, "")
    ends = (
        "insert into parley_state.landed_files",
        "create or replace table intermediate.int_configuration__campaigns ",
        COMMIT.format(model="int_agents__states"),
    )
    steps: list[dict[str, Any]] = [{"land": batch(0)}, {"dbt": RUN}]
    for number, statement in enumerate(ends, 1):
        steps += [{"land": batch(number)}, {"dbt": RUN, "dies_before": statement}]
    steps += [{"dbt": RUN}, {"export": SCHEMAS, "to": str(tmp_path / "exported")}]
    first, *killed, last = there.do(steps)
    assert [run["died"] for run in killed] == [True] * len(ends)
    for number in range(1 + len(ends)):
        here.land(landed(batch(number)))
    assert here.run().code == 0
    for run in (first, last):
        assert run["failed"] == []
        assert "everything is computed from nothing" in str(run["printed"])
    tables = all_compared(here.warehouse, tmp_path / "exported")
    assert [one for one in tables if not one.is_equal] == []
    assert len(tables) == 9
    assert [one for one in tables if not one.rows] == []


def test_the_second_of_two_builds_is_told(lived: tuple[SparkSite, list[dict[str, Any]]]) -> None:
    site, _ = lived
    with (site.folder / "warehouse" / ".building").open() as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        [second] = site.do([{"dbt": RUN}])
    assert not second["succeeded"]
    assert "is being written by another process" in str(second["failed"])
