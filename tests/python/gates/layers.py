"""Layer gate: what staging may read, and where vendors' names end. dbt-bouncer guards the other layers."""

from __future__ import annotations

import re
from typing import Any

from gates.project import Project

# Models that may break a rule. It is empty, and stays so.
EXCEPTIONS: frozenset[str] = frozenset()

# Which files there are: every feed's models ask for it, and it is no record kind.
FILE_LISTS = frozenset(
    {
        "stg_landing__files",
        "source.parley.landing.files",
        "source.parley.landing.unread_files",
    }
)
COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.S)
VENDORS = re.compile("liveperson|attentive|firework", re.IGNORECASE)


def layer_of(node: dict[str, Any]) -> str:
    return "seeds" if node["resource_type"] == "seed" else str(node["path"]).split("/")[0]


def violations(project: Project) -> list[str]:
    found: list[str] = []
    for model in project.models():
        if model["name"] not in EXCEPTIONS:
            found += _names(model) if layer_of(model) != "staging" else _reads(project, model)
    for analysis in project.nodes("analysis"):
        found += _analysis_reads(project, analysis)
    return found


def _analysis_reads(project: Project, analysis: dict[str, Any]) -> list[str]:
    """What readers of the published file could not run."""
    parents = analysis["depends_on"]["nodes"]
    marts = {model["unique_id"] for model in project.models("marts/")}
    return [
        f"{analysis['name']} reads {parent}, which is not published"
        for parent in parents
        if parent not in marts
    ]


def _reads(project: Project, model: dict[str, Any]) -> list[str]:
    """What a staging model reads beside its one record kind."""
    parents = model["depends_on"]["nodes"]
    sources = [parent for parent in parents if parent.startswith("source.")]
    nodes = [project.manifest["nodes"][parent] for parent in parents if parent not in sources]
    name, found = model["name"], []
    vendor = model["path"].split("/")[1]
    # a reference in a comment (-- depends_on) orders the build and reads nothing
    reads_models = "ref(" in COMMENT.sub("", model["raw_code"])
    records = [node for node in nodes if reads_models and node["name"] not in FILE_LISTS]
    sources = [source for source in sources if source not in FILE_LISTS]
    for node in records:
        if layer_of(node) != "staging" or node["path"].split("/")[1] != vendor:
            found.append(f"{name} (staging) reads {node['name']}, which is not of its vendor")
    # a kind's current versions and the deliveries they were chosen from are one kind
    chosen_from = {parent for node in records for parent in node["depends_on"]["nodes"]}
    records = [node for node in records if node["unique_id"] not in chosen_from]
    if len(sources) + len(records) > 1:
        kinds = ", ".join(sources + [node["name"] for node in records])
        found.append(f"{name} (staging) joins record kinds: {kinds}")
    return found


def _names(model: dict[str, Any]) -> list[str]:
    names = [model["name"], *(f"{model['name']}.{column}" for column in model["columns"])]
    return [f"{name} carries a vendor's name" for name in names if VENDORS.search(name)]
