"""What is kept no longer than agreed: the same texts, answers and lines are null on both engines."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rig import Bench
from rig.parity import compared
from rig.spark_site import SparkSite
from test_retention import FIRST, LATER, TEXTS, THREE_DAYS

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

#: Where the texts stand, and how many rows of them.
HELD = {
    "staging.stg_liveperson__conversation_deliveries": 6,
    "staging.stg_liveperson__messages": 5,
    "staging.stg_liveperson__survey_answers": 12,
    "staging.stg_one_to_one__event_deliveries": 2,
    "staging.stg_one_to_one__events": 2,
    "intermediate.int_landing__quarantined_lines": 2,
    "intermediate.int_marketplace__conversations": 3,
    "intermediate.int_marketplace__messages": 5,
    "intermediate.int_one_to_one__surveys": 2,
    "marts.marketplace_conversations": 3,
    "marts.marketplace_messages": 5,
    "marts.one_to_one_nps_feedback": 2,
    "marts.quarantined_records": 2,
}


def test_the_same_is_forgotten(bench: Bench, tmp_path: Path) -> None:
    """In two deliveries here and in one on DuckDB, whose own test says what is left."""
    site = bench.site(TEXTS)
    site.land([*FIRST, *LATER])
    assert site.run(settings=THREE_DAYS).code == 0
    spark = SparkSite(tmp_path, settings=THREE_DAYS)
    schemas = sorted({name.partition(".")[0] for name in HELD})
    done = spark.do(
        [
            {"land": {file.path: file.content.decode() for file in FIRST}},
            {"dbt": list(TEXTS)},
            {"land": {file.path: file.content.decode() for file in LATER}},
            {"dbt": list(TEXTS)},
            {"export": schemas, "to": str(tmp_path / "exported")},
        ]
    )
    assert [one["failed"] for one in done] == [[], []]
    with duckdb.connect(str(site.warehouse), read_only=True) as warehouse:
        found = {name: compared(warehouse, name, tmp_path / "exported" / name) for name in HELD}
    assert {name: one for name, one in found.items() if not one.is_equal} == {}
    assert {name: one.rows for name, one in found.items()} == HELD
