"""Where a metric is computed: the model, the file and the line of its SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.catalogue.metrics import Metric


@dataclass(frozen=True)
class Place:
    """A line of a model's SQL."""

    model: str  # the model's key in dbt's manifest
    path: str  # the file, from the project's folder
    line: int  # counted from 1


def places(manifest: Mapping[str, Any], metric: Metric) -> list[Place]:
    """The lines of its dashboard's models that compute the metric, one a model.

    They end in `as <metric>`. A column that is passed on under its own name is computed elsewhere, and of
    several such lines in a model the last gives what the model shows.
    """
    computed = re.compile(rf"\bas {metric.name},?\s*$")
    found = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] != "model" or not node["path"].startswith(
            f"marts/{metric.surface}/"
        ):
            continue
        lines = node["raw_code"].splitlines()
        numbers = [number for number, line in enumerate(lines, 1) if computed.search(line)]
        if numbers:
            found.append(Place(key, node["original_file_path"], numbers[-1]))
    return found


def definition(manifest: Mapping[str, Any], metric: Metric, mart: str) -> Place:
    """The line that computes a metric; of a metric that is its mart's rows, the mart's first line."""
    found = places(manifest, metric)
    if len(found) > 1:
        raise ValueError(
            f"{metric.name} is computed in {' and in '.join(place.path for place in found)}"
        )
    for place in found:
        return place
    key = next(key for key, node in manifest["nodes"].items() if node["name"] == mart)
    return Place(key, manifest["nodes"][key]["original_file_path"], 1)
