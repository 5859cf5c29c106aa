"""A world that both engines have built, once for all tests of a session that ask for it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from worlds import LandedFile, make_world

from .lives import batches_of
from .parity import Compared, compared
from .site import EVERYTHING, Bench, Site
from .spark_site import SCHEMAS, SparkSite

SEED = 7
KEY = "parley.pseudonym_key"


@dataclass(frozen=True)
class Built:
    """A world on DuckDB, built whole, and on Spark, built in batches, and what dbt did there.

    ``increments`` and ``anew`` are folders with every table of Spark's as Parquet: after the last batch,
    and after a build from nothing. Spark's warehouse is as the latter has left it.
    """

    files: list[LandedFile]
    site: Site
    spark: SparkSite
    runs: dict[str, dict[str, Any]]
    increments: Path
    anew: Path

    def compared(self, exported: Path) -> list[Compared]:
        """Every table and view of DuckDB's warehouse against one of the folders."""
        with duckdb.connect(str(self.site.warehouse), read_only=True) as warehouse:
            return [compared(warehouse, name, exported / name) for name in relations(warehouse)]


def relations(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of all relations that the project builds, with their schemas."""
    rows = warehouse.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where list_contains($schemas, table_schema) order by all",
        {"schemas": list(SCHEMAS)},
    ).fetchall()
    return [name for (name,) in rows]


def build(bench: Bench, folder: Path) -> Built:
    """Build a world on both engines."""
    files = make_world(SEED, accounts=12, attentive=4, one_to_one=4)
    site = bench.site(EVERYTHING)
    site.land(files)
    site.build()
    spark = SparkSite(folder)
    # phone numbers and addresses have the same pseudonyms on both
    shutil.copy(site.folder / KEY, spark.folder / KEY)
    increments, anew = folder / "increments", folder / "anew"
    steps: list[dict[str, Any]] = []
    names: list[str] = []
    for number, batch in enumerate(batches_of(files, 3, SEED), start=1):
        waiting = folder / f"batch-{number}"
        for file in batch:
            path = waiting / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        steps += [{"land_from": str(waiting)}, {"dbt": list(EVERYTHING)}]
        names.append(f"batch {number}")
    steps += [
        {"export": list(SCHEMAS), "to": str(increments)},
        {"dbt": ["test", "--exclude-resource-type", "unit_test"]},
        {"dbt": [*EVERYTHING, "--full-refresh"]},
        {"export": list(SCHEMAS), "to": str(anew)},
    ]
    done = spark.do(steps)
    runs = dict(zip([*names, "tests", "anew"], done, strict=True))
    return Built(files, site, spark, runs, increments, anew)
