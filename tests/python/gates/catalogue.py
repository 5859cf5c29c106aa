"""Catalogue gate: every metric has its column, every published figure is a metric."""

from __future__ import annotations

import csv
import functools
from collections import Counter
from typing import Any

from gates.documentation import grain_of
from gates.project import ROOT, Project
from parley.catalogue.definitions import places
from parley.catalogue.metrics import Metric, read_beyond, read_components, read_published

# How many metrics each dashboard of the source documents has: a change here is a decision.
METRICS = {
    "business_dashboard": 74,
    "performance_dashboard": 9,
    "marketplace": 9,
    "concierge": 14,
    "one_to_one": 34,
}
PANEL_ROWS = 360
# Columns of panels that are keys or flags and no figures, beside those that end in _id or _name.
KEYS = (
    "account_id",
    "date_day",
    "is_final",
    "level",
    "period",
    "period_start",
    "rating",
    "hour_of_day",
    "page_url",
    "url",
)
# Marts below a dashboard's panels: what the datasets count, and every metric at every level.
FACTS, ALL_METRICS = "_facts", "_metrics"
# Keys that name a single record.
RECORD_KEYS = frozenset({"conversation_id", "event_id"})


@functools.cache
def definitions() -> dict[str, Metric]:
    """The published metrics, by name, as models/semantic defines them."""
    return read_published(ROOT)


@functools.cache
def components() -> dict[str, Metric]:
    """The metrics that are only parts of published ones."""
    return read_components(ROOT)


@functools.cache
def beyond() -> dict[str, Metric]:
    """The metrics that no source document has."""
    return read_beyond(ROOT)


def marts_of_panels() -> dict[tuple[str, str], dict[str, str]]:
    with (ROOT / "seeds/dashboard_panels.csv").open(newline="") as file:
        return {(row["surface"], row["panel"]): row for row in csv.DictReader(file)}


def panels() -> list[dict[str, str]]:
    """A row per metric and panel: the mart that shows it, and its column, empty where the rows are it."""
    marts = marts_of_panels()
    return [
        {
            "metric_id": metric.name,
            "panel": panel,
            "mart": row["mart"],
            "column_name": "" if row["rows_are_the_metric"] == "true" else metric.name,
        }
        for metric in definitions().values()
        for panel in metric.panels
        for row in [marts[metric.surface, panel]]
    ]


def counts() -> dict[str, int]:
    return dict(Counter(metric.surface for metric in definitions().values()))


def violations(project: Project) -> list[str]:
    metrics = definitions()
    marts = {model["name"]: model for model in project.models("marts/")}
    shown: dict[str, set[str]] = {}
    found = []
    for row in panels():
        metric_id, mart, column = row["metric_id"], row["mart"], row["column_name"]
        shown.setdefault(mart, set()).add(metric_id)
        if column and column not in project.built_columns.get(mart, []):
            found.append(f"{metric_id} has no column in {mart}")
    found += [
        f"{metric_id} is on no panel" for metric_id in set(metrics) - set().union(*shown.values())
    ]
    for name, mart in marts.items():
        surface = next((s for s in METRICS if mart["path"].startswith(f"marts/{s}/")), None)
        if surface is None or _holds_records(mart) or name.endswith(FACTS):
            continue
        # a dataset beside the panels shows no metric: its columns are components of theirs
        of_surface = {i for i, metric in metrics.items() if metric.surface == surface}
        metrics_of_mart = of_surface if name.endswith(ALL_METRICS) else shown.get(name, set())
        for column in _figures(project, mart):
            if column not in metrics_of_mart:
                found += _stray(name, mart["columns"][column], shown.get(name, of_surface))
    return found + _texts(project, metrics, [marts[name] for name in shown if name in marts])


def computed_elsewhere(project: Project) -> list[str]:
    """Metrics that no line of SQL computes, that several files do, or that a panel has from elsewhere."""
    metrics, nodes = definitions(), project.manifest["nodes"]
    keys = {model["name"]: model["unique_id"] for model in project.models()}
    found = []
    for row in panels():
        computed = places(project.manifest, metrics[row["metric_id"]])
        mart = keys[row["mart"]]
        if len(computed) != bool(row["column_name"]):
            files = ", ".join(place.path for place in computed) or "no file"
            found.append(f"{row['metric_id']} is computed in {files}")
        elif computed and computed[0].model not in (mart, *nodes[mart]["depends_on"]["nodes"]):
            found.append(f"{row['mart']} has {row['metric_id']} not from {computed[0].path}")
    return list(dict.fromkeys(found))


def _holds_records(mart: dict[str, Any]) -> bool:
    """One row per record: its columns are what the record says, and none is a figure."""
    return not RECORD_KEYS.isdisjoint(grain_of(mart) or [])


def _stray(name: str, column: dict[str, Any], metrics: set[str]) -> list[str]:
    """A figure that is no metric says which metrics of its panel it is a component of."""
    components = column.get("config", {}).get("meta", {}).get("component_of", [])
    if components and set(components) <= metrics:
        return []
    return [f"{name}.{column['name']} is published and no metric there, nor a component"]


def _figures(project: Project, mart: dict[str, Any]) -> list[str]:
    """The columns of a panel that are neither key nor name nor flag."""
    return [
        column
        for column in project.built_columns[mart["name"]]
        if column not in KEYS and not column.endswith(("_id", "_name"))
    ]


def _texts(project: Project, metrics: dict[str, Metric], marts: list[dict[str, Any]]) -> list[str]:
    """A metric's column has the metric's docs block."""
    blocks = {doc["name"]: doc["block_contents"] for doc in project.manifest["docs"].values()}
    return [
        f"{mart['name']}.{column} does not use the docs block of its metric"
        for mart in marts
        for column, documented in mart["columns"].items()
        if column in metrics and documented["description"] != blocks.get(f"metric_{column}")
    ]
