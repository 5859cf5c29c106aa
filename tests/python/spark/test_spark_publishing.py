"""Publications from Spark: a tag on each mart of a finished build, and the file that readers open."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rig.spark_site import SparkSite

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

BUILDS = "create or replace table parley_state.builds as select {} as build_id, {} as is_finished"
#: One mart with every kind of value, one with what is rejected; rows are the build's.
FACTS = """
create or replace table marts.facts as
select
    cast(n as string) as fact_id,
    {build} as version,
    cast(n as decimal(38, 9)) / 4 as amount,
    timestamp_ntz'2026-01-01 00:00:00.001' as noted_at,
    array(named_struct('name', 'a', 'count', n), null) as parts,
    cast(null as double) as share
from values (3), (1), (2) as t (n)
"""
REJECTED = """
create or replace table marts.quarantined_records as
select 'x' as feed, 1 as line_number, '{{}}' as raw_line, {build} as version
"""


def made(build: int) -> dict[str, Any]:
    """The statements of a finished build."""
    return {
        "sql": [
            BUILDS.format(build, "false"),
            "create schema if not exists marts",
            FACTS.format(build=build),
            "comment on table marts.facts is 'One row per fact; it''s all'",
            "alter table marts.facts alter column fact_id comment 'Key', version comment 'Which build'",
            REJECTED.format(build=build),
            BUILDS.format(build, "true"),
        ]
    }


PUBLISH: dict[str, Any] = {"publish": []}
TAGS = {"ask": "select name from marts.facts.refs where type = 'TAG' order by name"}


STEPS = {
    "none": PUBLISH,
    "a warehouse": {"sql": [BUILDS.format(1, "true")]},
    "empty": PUBLISH,
    "build 3": made(3),
    "first": PUBLISH,
    "first tags": TAGS,
    "build 4 dies": {"sql": [BUILDS.format(4, "false"), FACTS.format(build=4)]},
    "unfinished": PUBLISH,
    "tags after it": TAGS,
    "build 5": made(5),
    "second": PUBLISH,
    "once more": PUBLISH,
    "build 10": made(10),
    "third": PUBLISH,
    "tags": TAGS,
    "rows of 5": {"ask": "select distinct version from marts.facts version as of 'published_5'"},
    "rows of 10": {"ask": "select distinct version from marts.facts version as of 'published_10'"},
}


@dataclass(frozen=True)
class Publications:
    """A folder with a warehouse of Spark, what was published of it, and what came of each step."""

    folder: Path
    done: dict[str, Any]

    @property
    def location(self) -> Path:
        return self.folder / "warehouse"

    @property
    def published(self) -> Path:
        return self.folder / "parley_marts.duckdb"

    def said(self, step: str) -> tuple[int, str]:
        """The exit code of a publication, and its sentence."""
        return self.done[step]["code"], self.done[step]["said"]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the published file."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def publications(tmp_path_factory: pytest.TempPathFactory) -> Publications:
    """All steps, by one process: it is the start of Spark that takes long."""
    folder = tmp_path_factory.mktemp("publications")
    file = folder / "steps.json"
    file.write_text(json.dumps(list(STEPS.values())))
    ran = SparkSite(folder).run("rig.spark_publications", str(file))
    assert ran.code == 0, ran.output
    done = json.loads((folder / "done.json").read_text())
    return Publications(folder, dict(zip(STEPS, done, strict=True)))


def test_a_finished_build_is_published(publications: Publications) -> None:
    for step in ("first", "second", "once more", "third"):
        assert publications.said(step) == (
            0,
            f"Published 2 marts, 4 rows: {publications.published}\n",
        )


def test_the_file_holds_its_rows_types_and_comments(publications: Publications) -> None:
    noted_at = datetime(2026, 1, 1, 0, 0, 0, 1000)
    assert publications.ask("select * from marts.facts") == [
        (str(n), 10, Decimal(n) / 4, noted_at, [{"name": "a", "count": n}, None], None)
        for n in (1, 2, 3)
    ]
    assert publications.ask(
        "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by 1"
    ) == [("facts", "One row per fact; it's all"), ("quarantined_records", None)]
    assert publications.ask(
        "select column_name, data_type, comment from duckdb_columns() where table_name = 'facts' "
        "order by column_index"
    ) == [
        ("fact_id", "VARCHAR", "Key"),
        ("version", "INTEGER", "Which build"),
        ("amount", "DECIMAL(38,9)", None),
        ("noted_at", "TIMESTAMP", None),
        ("parts", 'STRUCT("name" VARCHAR, count INTEGER)[]', None),
        ("share", "DOUBLE", None),
    ]


def test_rejected_lines_stay_behind(publications: Publications) -> None:
    assert publications.ask("select feed, raw_line from marts.quarantined_records") == [("x", None)]


def test_nobody_else_may_read_the_file_or_the_tables(publications: Publications) -> None:
    made = [publications.published, *publications.location.rglob("*")]
    assert len(made) > 100
    assert [path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_nothing_is_left_of_the_copying(publications: Publications) -> None:
    assert list(publications.folder.rglob("*partial*")) == []


def test_the_last_two_publications_have_tags(publications: Publications) -> None:
    done = publications.done
    assert done["first tags"] == [["published_3"]]
    assert done["tags"] == [["published_10"], ["published_5"]]
    assert done["rows of 5"] == [[5]]
    assert done["rows of 10"] == [[10]]


def test_a_build_that_did_not_finish_is_refused(publications: Publications) -> None:
    assert publications.said("unfinished") == (
        1,
        f"publish: The last build of {publications.location} did not finish; run `dbt build` again, "
        "then publish.\n",
    )
    assert publications.done["tags after it"] == [["published_3"]]


def test_what_is_not_there_is_said_in_one_sentence(publications: Publications) -> None:
    assert publications.said("none") == (
        1,
        f"publish: There is no warehouse at {publications.location} yet; `make run` or `dbt build` makes it.\n",
    )
    assert publications.said("empty") == (
        1,
        f"publish: The warehouse {publications.location} has no marts yet; `dbt build` makes them.\n",
    )
