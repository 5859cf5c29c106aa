"""Increment gate: whoever is touched by a topic comes after everyone who announces it.

A model looks at the ledger more than once: when it is compiled, when it selects, when it deletes. An
announcer that runs beside it could write in between, and rows would be deleted that were not selected.
"""

from __future__ import annotations

from typing import Any

from gates.project import Project


def violations(project: Project) -> list[str]:
    models = {model["unique_id"]: model for model in project.models()}
    announcers: dict[str, set[str]] = {}
    for unique_id, model in models.items():
        for topic in model["config"].get("announces") or {}:
            announcers.setdefault(topic, set()).add(unique_id)
    found = []
    for unique_id, model in models.items():
        upstream = _upstream(project, unique_id)
        for topic in sorted(_topics(model)):
            if topic not in announcers:
                found.append(f"{model['name']} is touched by {topic}, which nobody announces")
            for other in sorted(announcers.get(topic, set()) - upstream - {unique_id}):
                name = models[other]["name"]
                found.append(f"{model['name']} is touched by {topic} and does not wait for {name}")
    return found


def _topics(model: dict[str, Any]) -> set[str]:
    config = model["config"]
    via = {one["topic"] for one in config.get("touched_via") or []}
    return via | set(config.get("touched_by") or [])


def _upstream(project: Project, unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        for parent in project.manifest["nodes"][waiting.pop()]["depends_on"]["nodes"]:
            if parent.startswith("model.") and parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found
