"""What both engines have built: a world in batches, and how their tables are compared."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from worlds import LandedFile, make_world

from .parity import Compared, compared
from .site import EVERYTHING, Bench, Site, land
from .spark_site import SCHEMAS, SparkSite, in_format

SEED = 7
#: One more takes seven minutes: CI has an hour for everything.
BATCHES = 2
KEY = "parley.pseudonym_key"


@dataclass(frozen=True)
class World:
    """Batches of files, and the sites of DuckDB: each built at once of all batches so far."""

    batches: list[list[LandedFile]]
    sites: list[Site]

    @property
    def site(self) -> Site:
        """All of it."""
        return self.sites[-1]


@dataclass(frozen=True)
class Built:
    """The world on Spark, and what dbt did there: after each batch, then of the unit tests.

    ``exported`` are folders with every table of Spark's as Parquet, after each batch.
    """

    spark: SparkSite
    runs: list[dict[str, Any]]
    exported: list[Path]


def all_compared(warehouse: Path, exported: Path) -> list[Compared]:
    """Every table and view of a DuckDB warehouse with those of Spark."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where list_contains($schemas, table_schema) order by all",
            {"schemas": list(SCHEMAS)},
        ).fetchall()
        return [compared(connection, name, exported / name) for (name,) in rows]


def dealt(files: list[LandedFile]) -> list[list[LandedFile]]:
    """The files in any order, dealt out so that each batch has some of every feed."""
    batches: list[list[LandedFile]] = [[] for _ in range(BATCHES)]
    seen: Counter[str] = Counter()
    for file in random.Random(SEED).sample(files, len(files)):
        batches[seen[file.feed] % BATCHES].append(file)
        seen[file.feed] += 1
    return batches


def on_duckdb(bench: Bench) -> World:
    """Build a world on DuckDB."""
    batches = dealt(make_world(SEED, accounts=12, attentive=4, one_to_one=4))
    sites = [bench.site(EVERYTHING) for _ in batches]
    for number, site in enumerate(sites):
        if number:
            # phone numbers and addresses have the same pseudonyms everywhere
            shutil.copy(sites[0].folder / KEY, site.folder / KEY)
        for batch in batches[: number + 1]:
            site.land(batch)
        site.build()
    return World(batches, sites)


def on_spark(world: World, folder: Path, table_format: str) -> Built:
    """Build it on Spark, batch after batch."""
    key = {"PARLEY_PSEUDONYM_KEY": str(world.site.folder / KEY)}
    spark = SparkSite(folder, settings=in_format(table_format) | key)
    exported = [folder / f"exported-{number}" for number in range(BATCHES)]
    steps: list[dict[str, Any]] = []
    for number, batch in enumerate(world.batches):
        land(folder / f"batch-{number}", batch)
        steps += [
            {"land_from": str(folder / f"batch-{number}")},
            # the last one asks the data tests as well, as users have it
            {"dbt": ["build"] if number == BATCHES - 1 else list(EVERYTHING)},
            {"export": list(SCHEMAS), "to": str(exported[number])},
        ]
    steps.append({"dbt": ["test", "--select", "test_type:unit"]})
    return Built(spark, spark.do(steps), exported)
