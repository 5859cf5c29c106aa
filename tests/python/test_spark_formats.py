"""Formats of Spark's tables: what a session is set to, and what stands for what a format does not have."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from parley.files import CommandError
from parley.spark import formats
from parley.spark.formats import PACKAGES, clear, run, table_format, with_format
from parley.spark.places import filesystem_of

SETTING = "PARLEY_SPARK_TABLE_FORMAT"
PROFILE = {
    "spark.master": "local[2]",
    "spark.jars": "",
    "spark.jars.packages": "",
    "spark.sql.defaultCatalog": "parley",
    "spark.sql.catalog.parley.uri": "",
    "spark.sql.catalog.parley.warehouse": "tables",
    "spark.sql.catalogImplementation": "in-memory",
}
WITH_SUBQUERY = "delete from s.builds where id < (select max(id) from s.builds)"
KEPT = "select * from s.builds where not coalesce((id < (select max(id) from s.builds)), false)"


class Session:
    """Notes the statements, and which rows were written where."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.was_alone: list[bool] = []
        self.write = self.catalog = self

    def sql(self, statement: str) -> Session:
        self.said.append(statement)
        self.was_alone.append(formats._ONE_AT_A_TIME.locked())
        return self

    def tableExists(self, table: str) -> bool:  # noqa: N802 - Spark's name
        return bool(table)

    def localCheckpoint(self) -> Session:  # noqa: N802 - Spark's name
        self.said.append("set down")
        return self

    def insertInto(self, table: str, overwrite: bool) -> None:  # noqa: N802 - Spark's name
        assert overwrite
        self.said.append(f"into {table}")


def said(statement: str) -> list[str]:
    session: Any = Session()
    run(session, statement)
    return list(session.said)


def test_iceberg_takes_statements_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    for statement in (WITH_SUBQUERY, "create or replace table s.a using iceberg as select 1"):
        assert said(statement) == [statement]


def test_delta_keeps_rows_where_a_deletion_has_a_subquery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "delta")
    assert said(WITH_SUBQUERY) == [f"insert overwrite table s.builds {KEPT}"]
    for statement in (
        "delete from s.builds",
        "delete from s.builds\nwhere\n    id = 1",
        "create or replace table s.a using delta as select 1",
    ):
        assert said(statement) == [statement]


def test_plain_files_are_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "parquet")
    assert said(WITH_SUBQUERY)[:3] == [KEPT, "set down", "into s.builds"]
    assert (
        said("delete from s.builds")[0]
        == "select * from s.builds where not coalesce((true), false)"
    )
    assert said("create or replace table s.a using parquet as select 1") == [
        "drop table if exists s.a",
        "create table s.a using parquet as select 1",
    ]
    assert said("create or replace temporary view a as select 1") == [
        "create or replace temporary view a as select 1"
    ]


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("iceberg", [False, False, False]),
        ("delta", [True, False, False]),
        ("parquet", [True, True, False]),
    ],
)
def test_one_model_at_a_time_writes_the_ledger_where_two_would_collide(
    monkeypatch: pytest.MonkeyPatch, name: str, alone: list[bool]
) -> None:
    monkeypatch.setenv(SETTING, name)
    session: Any = Session()
    for statement in (
        "insert into parley_state.landed_files\nselect 1",
        "insert into s.a select 1 from parley_state.a__touched",
        "insert into s.a select 1",
    ):
        run(session, statement)
    assert session.was_alone == alone


def test_a_session_has_the_catalog_of_its_format(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(SETTING, raising=False)
    assert with_format(PROFILE) == PROFILE | {"spark.jars.packages": PACKAGES["iceberg"]}
    assert with_format(PROFILE | {"spark.jars": "a.jar"}) == PROFILE | {"spark.jars": "a.jar"}
    monkeypatch.setenv(SETTING, "parquet")
    plain = with_format(PROFILE)
    assert "spark.sql.defaultCatalog" not in plain
    assert plain["spark.sql.sources.default"] == "parquet"
    assert plain["spark.sql.warehouse.dir"] == f"{tmp_path}/tables"
    assert f"{tmp_path}/tables/metastore" in plain["spark.hadoop.javax.jdo.option.ConnectionURL"]
    monkeypatch.setenv(SETTING, "delta")
    there = with_format(PROFILE | {"spark.sql.catalog.parley.uri": "thrift://there:9083"})
    assert there["spark.hadoop.hive.metastore.uris"] == "thrift://there:9083"
    assert there["spark.hadoop.javax.jdo.option.ConnectionURL"] == ""
    assert there["spark.jars.packages"] == PACKAGES["delta"]


@pytest.mark.parametrize(
    "whole", ["_delta_log/00000000000000000000.json", "_SUCCESS", "metadata/v1.metadata.json"]
)
def test_a_table_of_another_catalog_stays(tmp_path: Path, whole: str) -> None:
    """A lost metastore's, or one of another address: this catalog does not know it, and it may be in use."""
    for left in ("part-0.parquet", "_delta_log/.00000000000000000000.json.tmp", "_temporary/0/a"):
        (tmp_path / "a" / left).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / left).write_text("rows")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (tmp_path / "b" / whole).parent.mkdir(exist_ok=True)
    (tmp_path / "b" / whole).write_text("{}")
    with pytest.raises(CommandError, match=f"{tmp_path}/b has .* PARLEY_SPARK_CATALOG_URI"):
        clear(f"file:{tmp_path}/b")
    assert (tmp_path / "b" / "part-0.parquet").exists()
    clear(f"file:{tmp_path}/a")
    assert not (tmp_path / "a").exists()
    clear(f"file:{tmp_path}/a")


def test_the_names_that_hadoop_gives_s3_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "me")
    for scheme in ("s3", "s3a", "s3n"):
        store, path = filesystem_of(f"{scheme}://lake/tables?region=eu-west-1")
        assert (store.type_name, path) == ("s3", "lake/tables")


def test_another_format_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "orc")
    with pytest.raises(
        CommandError,
        match="PARLEY_SPARK_TABLE_FORMAT is 'orc'; set it to iceberg, delta or parquet",
    ):
        table_format()
