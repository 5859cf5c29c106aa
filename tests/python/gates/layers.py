"""Layer gate: who may read whom, and where vendors' names end."""

from __future__ import annotations

import re
from typing import Any

from gates.project import Project

# Models that may break a rule. It is empty, and stays so.
EXCEPTIONS: frozenset[str] = frozenset()

# Which files there are: every feed's models ask for it, and it is no record kind.
FILE_LISTS = frozenset({"stg_landing__files", "source.parley.landing.files"})
COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.S)
READABLE = {
    "intermediate": {"staging", "intermediate", "seeds"},
    "marts": {"intermediate", "marts", "seeds"},
}
VENDORS = re.compile("liveperson|attentive|firework", re.IGNORECASE)


def layer_of(node: dict[str, Any]) -> str:
    return "seeds" if node["resource_type"] == "seed" else str(node["path"]).split("/")[0]


def violations(project: Project) -> list[str]:
    found: list[str] = []
    for model in project.models():
        if model["name"] not in EXCEPTIONS:
            found += _reads(project, model)
            found += _names(model)
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
    name, layer = model["name"], layer_of(model)
    parents = model["depends_on"]["nodes"]
    sources = [parent for parent in parents if parent.startswith("source.")]
    nodes = [project.manifest["nodes"][parent] for parent in parents if parent not in sources]
    if layer == "staging":
        return _staging_reads(model, sources, nodes)
    if layer not in READABLE:
        return [f"{name} is in no known layer ({model['path']})"]
    found = [f"{name} reads the source {source}" for source in sources]
    for node in nodes:
        if layer_of(node) not in READABLE[layer]:
            found.append(f"{name} ({layer}) reads {node['name']} ({layer_of(node)})")
    return found


def _staging_reads(
    model: dict[str, Any], sources: list[str], nodes: list[dict[str, Any]]
) -> list[str]:
    name, found = model["name"], []
    vendor = model["path"].split("/")[1]
    # a reference in a comment (-- depends_on) orders the build and reads nothing
    reads_models = "ref(" in COMMENT.sub("", model["raw_code"])
    records = [node for node in nodes if reads_models and node["name"] not in FILE_LISTS]
    sources = [source for source in sources if source not in FILE_LISTS]
    for node in records:
        if layer_of(node) != "staging" or node["path"].split("/")[1] != vendor:
            found.append(f"{name} (staging) reads {node['name']}, which is not of its vendor")
    if len(sources) + len(records) > 1:
        kinds = ", ".join(sources + [node["name"] for node in records])
        found.append(f"{name} (staging) joins record kinds: {kinds}")
    return found


def _names(model: dict[str, Any]) -> list[str]:
    if layer_of(model) == "staging":
        return []
    names = [model["name"], *(f"{model['name']}.{column}" for column in model["columns"])]
    return [f"{name} carries a vendor's name" for name in names if VENDORS.search(name)]
