"""Tables of Delta and of plain Parquet hold what DuckDB's do, batch after batch.

It takes half an hour: `make test-spark` runs it, CI does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rig import Bench
from rig.spark_batches import MODELS, batch, landed
from rig.spark_built import all_compared
from rig.spark_site import SparkSite

pytest.importorskip("pyspark")
pytestmark = [pytest.mark.spark, pytest.mark.soak]

RUN = ["run", "--select", *MODELS]
BATCHES = 3


@pytest.mark.parametrize("name", ["delta", "parquet"])
def test_every_table_is_the_same_after_each_batch(bench: Bench, tmp_path: Path, name: str) -> None:
    # the jars of the settings, if any, are Iceberg's: Spark fetches the format's own
    settings = {"PARLEY_SPARK_TABLE_FORMAT": name, "PARLEY_SPARK_JARS": ""}
    there, here = SparkSite(tmp_path, settings=settings), bench.site((*RUN,))
    batches = [batch(number) for number in range(BATCHES)]
    steps: list[dict[str, Any]] = []
    for number, files in enumerate(batches):
        exported = str(tmp_path / str(number))
        steps += [
            {"land": files},
            {"dbt": RUN},
            {"export": ["staging", "intermediate"], "to": exported},
        ]
    runs = there.do(steps)
    for number, files in enumerate(batches):
        assert runs[number]["failed"] == []
        here.land(landed(files))
        assert here.run().code == 0
        tables = all_compared(here.warehouse, tmp_path / str(number))
        assert [one for one in tables if not one.is_equal] == []
        assert len(tables) == 9
        assert [one for one in tables if not one.rows] == []
