"""Where a metric is defined: the model, the file and the lines of its SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.catalogue.metrics import Metric

#: A column that is only passed on, or a constant that stands in for one.
PASSED_ON = re.compile(
    r"^\s*(coalesce\([\w.]+, [\w.]+\)|cast\(null as .*|cast\(\w+ as \w+\)|null|0|false) as "
)
#: What ends the expression before: a comma, the list's beginning or nothing.
BEFORE = re.compile(r"(,|\bselect|\bselect distinct|^)\s*$")


@dataclass(frozen=True)
class Place:
    """Lines of a model's SQL."""

    model: str  # the model's key in dbt's manifest
    path: str  # the file, from the project's folder
    line: int  # the last line, counted from 1
    first: int
    code: str

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.rsplit(".", 1)[-1]

    @property
    def lines(self) -> str:
        """The lines in words."""
        return (
            f"line {self.line}" if self.first == self.line else f"lines {self.first} to {self.line}"
        )


def place_of(key: str, node: Mapping[str, Any], column: str) -> Place | None:
    """The lines of a model that compute a column.

    They end in `as <column>`. Where several do, the last that does more than pass the column on.
    """
    lines = node["raw_code"].splitlines()
    computed = re.compile(rf"\bas {column},?\s*$")
    found = [number for number, line in enumerate(lines, 1) if computed.search(line)]
    if not found:
        return None
    defining = [number for number in found if not PASSED_ON.match(lines[number - 1])]
    last = (defining or found)[-1]
    first = last
    while first > 1 and not BEFORE.search(lines[first - 2]):
        first -= 1
    while first < last and lines[first - 1].lstrip().startswith("--"):
        first += 1
    part = lines[first - 1 : last]
    margin = min(len(line) - len(line.lstrip()) for line in part)
    code = "\n".join(line[margin:] for line in part).rstrip(",")
    return Place(key, node["original_file_path"], last, first, code)


def places(manifest: Mapping[str, Any], metric: Metric) -> list[Place]:
    """The lines of its dashboard's models that compute the metric, one place a model.

    A column that is passed on under its own name is computed elsewhere.
    """
    found = (
        place_of(key, node, metric.name)
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["path"].startswith(f"marts/{metric.surface}/")
    )
    return [place for place in found if place]


def model_of(manifest: Mapping[str, Any], name: str) -> str:
    """The key of a model."""
    return next(
        str(key)
        for key, node in manifest["nodes"].items()
        if node["name"] == name and node["resource_type"] == "model"
    )


def definition(manifest: Mapping[str, Any], metric: Metric, marts: Iterable[str]) -> Place:
    """The lines that define a metric.

    They are those of the column that the metric names as its definition, such as the flag that it
    counts, else those that compute it; of a metric that is its mart's rows, the mart's first line.
    """
    if metric.defined_in:
        model, column = metric.defined_in.split(".")
        key = model_of(manifest, model)
        if place := place_of(key, manifest["nodes"][key], column):
            return place
        raise ValueError(f"{metric.name}: {model} has no line that computes {column}")
    found = places(manifest, metric)
    if len(found) > 1:
        raise ValueError(
            f"{metric.name} is computed in {' and in '.join(place.path for place in found)}"
        )
    if found:
        return found[0]
    key = model_of(manifest, next(iter(marts)))
    node = manifest["nodes"][key]
    return Place(key, node["original_file_path"], 1, 1, node["raw_code"].splitlines()[0])
