"""In which format tables are: what a session needs for it, and the statements that it does not have.

Iceberg takes every statement as it is written. Delta's DELETE takes no subquery: the rows that are kept replace
the table's, in one statement. Parquet files have neither DELETE nor REPLACE: rows are kept the same way, and a
table is dropped before it is made anew, so nothing there is atomic, and every build begins from nothing.
"""

from __future__ import annotations

import os
import re
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from pyarrow import fs

from parley.files import CommandError
from parley.spark.places import filesystem_of

FORMATS = ("iceberg", "delta", "parquet")
PACKAGES = {
    "iceberg": "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0",
    "delta": "io.delta:delta-spark_4.1_2.13:4.4.0",
    "parquet": "",
}
DELTA = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # it would hold what it knows of every table of the build, which is more than a driver of two gigabytes has
    "spark.databricks.delta.delta.log.cacheSize": "40",
}
#: Delta reads its log in fifty parts by default, which for tables of a local folder is most of a build.
DELTA_PARTS = "spark.databricks.delta.snapshotPartitions"
PARTS = "spark.sql.shuffle.partitions"
_ONE_AT_A_TIME = Lock()
#: What a write that has ended leaves: a commit of Delta's or Iceberg's, or the mark of plain files.
_WRITTEN = re.compile(r"/(?:_delta_log/[^/]+\.json|metadata/[^/]+\.json|_SUCCESS)$")
_DELETE = re.compile(r"delete\s+from\s+([\w.`]+)(?:\s+where\s(.*))?", re.DOTALL | re.IGNORECASE)
_WRITES_LEDGER = re.compile(r"(?:insert\s+into|delete\s+from)\s+`?parley_state`?\.", re.IGNORECASE)
_REPLACE = re.compile(r"create\s+or\s+replace\s+table\s+([\w.`]+)\s(.*)", re.DOTALL | re.IGNORECASE)


def table_format() -> str:
    """The format: PARLEY_SPARK_TABLE_FORMAT, or iceberg."""
    name = os.environ.get("PARLEY_SPARK_TABLE_FORMAT") or "iceberg"
    if name not in FORMATS:
        raise CommandError(
            f"PARLEY_SPARK_TABLE_FORMAT is {name!r}; set it to iceberg, delta or parquet."
        )
    return name


def with_format(settings: dict[str, Any]) -> dict[str, Any]:
    """The profile's settings of a session, with those of the format.

    Delta and Parquet have no catalog of their own: tables are in Spark's, which is a Hive metastore at the
    address of the settings, or a database in the warehouse's folder that one process opens at a time.
    """
    name = table_format()
    settings = dict(settings)
    if not settings.get("spark.jars") and not settings.get("spark.jars.packages"):
        settings["spark.jars.packages"] = PACKAGES[name]
    if name == "iceberg":
        return settings
    location = settings["spark.sql.catalog.parley.warehouse"]
    address = settings["spark.sql.catalog.parley.uri"]
    others = {key: value for key, value in settings.items() if "atalog" not in key}
    if "://" not in location:
        location = str(Path(location).absolute())
    return others | {
        **(DELTA | {DELTA_PARTS: settings.get(PARTS, "")} if name == "delta" else {}),
        "spark.sql.sources.default": name,
        "spark.sql.warehouse.dir": location,
        "spark.sql.catalogImplementation": "hive",
        "spark.hadoop.hive.metastore.uris": address,
        "spark.hadoop.javax.jdo.option.ConnectionURL": ""
        if address
        else f"jdbc:derby:;databaseName={location}/metastore;create=true",
        # its columns are not Hive's, which would refuse another comment on them
        "spark.hadoop.hive.metastore.disallow.incompatible.col.type.changes": "false",
        # nor does it take long comments, which Spark then keeps by itself; asking again every two seconds, ten
        # times, would be hours of a build
        "spark.hadoop.hive.hmshandler.retry.attempts": "1",
        "spark.hadoop.hive.hmshandler.retry.interval": "100ms",
        "spark.driver.extraJavaOptions": "-Dderby.stream.error.file=/dev/null",
    }


def run(session: Any, statement: str) -> Any:
    """Run a statement, or what says the same in the format."""
    name = table_format()
    # all models write the ledger: writers of plain files take each other's away, and Delta refuses the second
    is_alone = {
        "iceberg": False,
        "delta": bool(_WRITES_LEDGER.match(statement)),
        "parquet": "parley_state" in statement,
    }[name]
    with _ONE_AT_A_TIME if is_alone else nullcontext():
        return _run(session, statement, name)


def _run(session: Any, statement: str, name: str) -> Any:
    if deleted := _DELETE.fullmatch(statement) if name != "iceberg" else None:
        table, condition = deleted[1], deleted[2] or "true"
        kept = f"select * from {table} where not coalesce(({condition}), false)"
        if name == "parquet":
            # what is read may not be overwritten: the rows are set down first, by the workers
            session.sql(kept).localCheckpoint().write.insertInto(table, overwrite=True)
            return session.sql(f"select * from {table} where false")
        if "select" in condition.lower():
            return session.sql(f"insert overwrite table {table} {kept}")
    if replaced := _REPLACE.fullmatch(statement) if name != "iceberg" else None:
        table = replaced[1].replace("`", "")
        if name == "parquet":
            session.sql(f"drop table if exists {table}")
            statement = f"create table {table} {replaced[2]}"
        if not session.catalog.tableExists(table):
            _clear(session, table)
    return session.sql(statement)


def _clear(session: Any, table: str) -> None:
    """Make room for a table that the catalog does not know."""
    schema, _, name = table.rpartition(".")
    described = dict(session.sql(f"describe schema {schema}").collect())
    clear(f"{described['Location']}/{name}")


def clear(place: str) -> None:
    """Remove what a process that was killed while it made a table left: Spark refuses the place.

    Nothing is removed where a write has ended: that is the table of a catalog that this one is not.
    """
    filesystem, path = filesystem_of(place.removeprefix("file:"))
    files = filesystem.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    if any(_WRITTEN.search(file.path) for file in files):
        raise CommandError(
            f"{place} has a whole table that the catalog does not know, so nothing was replaced. Set "
            "PARLEY_SPARK_CATALOG_URI to the metastore that knows the table, or move the folder away."
        )
    with suppress(FileNotFoundError):
        filesystem.delete_dir(path)
