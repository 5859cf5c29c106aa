"""Every published metric of the dashboards has a number, worked out by hand, in a dbt unit test.

The metrics and the panels that publish them are read from models/semantic, the unit tests from the
manifest that ``dbt parse`` writes, or from the one that PARLEY_MANIFEST names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest

from gates.catalogue import definitions, panels
from rig.manifest import parsed
from rig.site import Bench

WORTHLESS = (None, 0, "", "0", "null")

#: The values that the unit tests of a mart expect of a column: {(mart, column): [value, ...]}.
Expected = dict[tuple[str, str], list[Any]]


def published() -> dict[str, list[str]]:
    """The metrics of the dashboards that are columns, and the marts that publish each."""
    marts: dict[str, list[str]] = defaultdict(list)
    for row in panels():
        if row["column_name"]:
            marts[row["metric_id"]].append(row["mart"])
    return dict(marts)


def published_as_rows() -> dict[str, str]:
    """The metrics that are a mart's rows and no column of it, and that mart."""
    return {row["metric_id"]: row["mart"] for row in panels() if not row["column_name"]}


@pytest.fixture(scope="module")
def manifest(bench: Bench) -> dict[str, Any]:
    return parsed(bench)


@pytest.fixture(scope="module")
def unit_tests(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return list(manifest["unit_tests"].values())


def levels(manifest: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """The panels that select a level of their dashboard's metrics: {(metrics model, level): [panel, ...]}."""
    panels_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node in manifest["nodes"].values():
        parents = [key.split(".")[-1] for key in node["depends_on"].get("nodes", ())]
        level = re.search(r"where\s+level = '(\w+)'", node.get("raw_code", ""))
        if level and len(parents) == 1 and parents[0].endswith("_metrics"):
            panels_of[parents[0], level.group(1)].append(node["name"])
    return panels_of


@pytest.fixture(scope="module")
def expected(manifest: dict[str, Any], unit_tests: list[dict[str, Any]]) -> Expected:
    found: Expected = defaultdict(list)
    panels_of = levels(manifest)
    for test in unit_tests:
        for row in test["expect"]["rows"] or []:
            panels_of_row = panels_of.get((test["model"], row.get("level", "")), [])
            for column, value in row.items():
                for mart in [test["model"], *panels_of_row]:
                    found[mart, column].append(value)
    return found


def test_every_metric_has_a_panel() -> None:
    assert set(published()) >= {"sessions", "sales_aov"}
    assert set(published()) | set(published_as_rows()) == set(definitions())


def test_every_metric_is_worked_out_in_every_mart_that_publishes_it(expected: Expected) -> None:
    missing = [
        f"{mart}.{metric}"
        for metric, marts in published().items()
        for mart in marts
        if not any(value not in WORTHLESS for value in expected.get((mart, metric), []))
    ]
    assert not missing, "no unit test expects a number: " + ", ".join(missing)


def test_every_mart_that_is_a_metric_has_rows_worked_out(expected: Expected) -> None:
    worked_out = {mart for mart, _ in expected}
    assert set(published_as_rows().values()) <= worked_out


def test_every_metric_of_the_business_dashboard_is_empty_somewhere(expected: Expected) -> None:
    """What a metric is where nothing happened: 0 or null."""
    brand = "business_dashboard_brand"
    missing = [
        metric
        for metric, marts in published().items()
        if brand in marts and not any(v in (None, 0) for v in expected.get((brand, metric), []))
    ]
    assert not missing, "never expected to be 0 or null: " + ", ".join(missing)


def test_every_unit_test_shows_its_calculation(unit_tests: list[dict[str, Any]]) -> None:
    silent = [test["name"] for test in unit_tests if len(test["description"]) < 60]
    assert unit_tests
    assert not silent, "say what is worked out: " + ", ".join(silent)


def test_a_name_is_used_once(unit_tests: list[dict[str, Any]]) -> None:
    names = [test["name"] for test in unit_tests]
    assert len(names) == len(set(names))
