"""The semantic layer on Spark: MetricFlow finds it valid there, and both engines answer the same."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from rig.metric_queries import MetricProject
from rig.site import PROJECT
from rig.spark_built import Built

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

SAVED = yaml.safe_load((PROJECT / "models/semantic/_saved_queries.yml").read_text())[
    "saved_queries"
]
#: What a query's metrics are; the other columns of its rows are what it is grouped by.
METRICS = {query["name"]: query["query_params"]["metrics"] for query in SAVED}


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


def test_the_saved_queries_answer_the_same(built: Built, project: Path, tmp_path: Path) -> None:
    here = MetricProject(built.site, tmp_path).saved(*METRICS)
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
