"""Increment gate: a model is touched by models that it comes after, and by columns that they have.

What was touched is read off the ledger when a model begins. A model that ran beside it could still write
there, and what it wrote would be lost.
"""

from __future__ import annotations

from typing import Any

from gates.project import Project

OF_OTHER_VERSIONS = ("announces", "touched_via")


def violations(project: Project) -> list[str]:
    models = {model["name"]: model for model in project.models()}
    found = []
    for name, model in models.items():
        config = model["config"]
        found += [
            f"{name}: {old} is read off the graph" for old in OF_OTHER_VERSIONS if old in config
        ]
        if not isinstance(config.get("touched_by") or {}, dict):
            found.append(f"{name}: touched_by names for each model the column that is touched")
            continue
        upstream = _upstream(project, model["unique_id"])
        for entry in _entries(model):
            source = models.get(entry["model"])
            if source is None or source["config"]["materialized"] != "incremental":
                found.append(
                    f"{name} is touched by {entry['model']}, which is no incremental model"
                )
                continue
            if source["unique_id"] not in upstream:
                found.append(f"{name} is touched by {entry['model']} and does not wait for it")
            if (
                entry["column"].isidentifier()
                and entry["column"] not in project.built_columns[entry["model"]]
            ):
                found.append(f"{name}: {entry['model']} has no column {entry['column']}")
            if "via" in entry and models[entry["via"]]["unique_id"] not in upstream:
                found.append(f"{name} is touched via {entry['via']} and does not wait for it")
    return found


def _entries(model: dict[str, Any]) -> list[dict[str, str]]:
    """What touches a model, one entry a column of another, as macros/increment/units.sql reads it."""
    found = []
    for name, value in (model["config"].get("touched_by") or {}).items():
        for one in value if isinstance(value, list) else [value]:
            told = one if isinstance(one, dict) else {"column": one or "account_id"}
            found.append({"model": name, **told})
    return found


def _upstream(project: Project, unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        for parent in project.manifest["nodes"][waiting.pop()]["depends_on"]["nodes"]:
            if parent.startswith("model.") and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
