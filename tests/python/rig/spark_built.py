"""A world that both engines have built, once for all tests of a session that ask for it."""

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
from .site import EVERYTHING, Bench, Site
from .spark_site import SCHEMAS, SparkSite

SEED = 7
KEY = "parley.pseudonym_key"


@dataclass(frozen=True)
class Built:
    """A world built on both engines in two batches, and what dbt did on Spark.

    ``sites`` are DuckDB's: one that built the first batch, one that built everything at once. ``exported``
    are folders with every table of Spark's as Parquet, after either batch.
    """

    files: list[LandedFile]
    sites: list[Site]
    spark: SparkSite
    runs: dict[str, dict[str, Any]]
    exported: list[Path]

    @property
    def site(self) -> Site:
        """The world on DuckDB."""
        return self.sites[-1]

    def compared(self, batch: int) -> list[Compared]:
        """Every table and view of both engines after a batch."""
        with duckdb.connect(str(self.sites[batch].warehouse), read_only=True) as warehouse:
            return [
                compared(warehouse, name, self.exported[batch] / name)
                for name in relations(warehouse)
            ]


def relations(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of all relations that the project builds, with their schemas."""
    rows = warehouse.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where list_contains($schemas, table_schema) order by all",
        {"schemas": list(SCHEMAS)},
    ).fetchall()
    return [name for (name,) in rows]


def halves(files: list[LandedFile]) -> list[list[LandedFile]]:
    """The files in any order, dealt out so that each half has some of every feed."""
    dealt: list[list[LandedFile]] = [[], []]
    seen: Counter[str] = Counter()
    for file in random.Random(SEED).sample(files, len(files)):
        dealt[seen[file.feed] % 2].append(file)
        seen[file.feed] += 1
    return dealt


def build(bench: Bench, folder: Path) -> Built:
    """Build a world on both engines."""
    files = make_world(SEED, accounts=12, attentive=4, one_to_one=4)
    batches = halves(files)
    spark = SparkSite(folder)
    sites = [bench.site(EVERYTHING) for _ in batches]
    exported = [folder / f"exported-{number}" for number in range(len(batches))]
    steps: list[dict[str, Any]] = []
    for number, (site, batch) in enumerate(zip(sites, batches, strict=True)):
        site.land(batch)
        steps += [
            {"land_from": str(site.landing)},
            # the second one asks the data tests as well, as users have it
            {"dbt": ["build"] if number else list(EVERYTHING)},
            {"export": list(SCHEMAS), "to": str(exported[number])},
        ]
    steps.append({"dbt": ["test", "--select", "test_type:unit"]})
    done = spark.do(steps)
    # phone numbers and addresses have the same pseudonyms everywhere
    for number, site in enumerate(sites):
        shutil.copy(spark.folder / KEY, site.folder / KEY)
        for batch in batches[:number]:
            site.land(batch)
        site.build()
    runs = dict(zip(("whole", "increment", "unit tests"), done, strict=True))
    return Built(files, sites, spark, runs, exported)
