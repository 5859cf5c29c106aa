"""Documentation gate: everything is described, and a grain says what its uniqueness test says.

dbt-bouncer asks for the descriptions of models, their columns, seeds, sources and exposures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gates.project import Project

UNIQUENESS = ("expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique", "unique")
# What a model without a key has to say of itself.
NO_KEY = "It has no key"


def undescribed(project: Project) -> list[str]:
    return [f"{what} is not described" for what, text in _texts(project) if not text.strip()]


def _texts(project: Project) -> Iterator[tuple[str, str]]:
    """Texts that dbt-bouncer does not ask for."""
    for resource_type in ("seed", "analysis"):
        for node in project.nodes(resource_type):
            if resource_type == "analysis":
                yield node["name"], node["description"]
            for column, documented in node["columns"].items():
                yield f"{node['name']}.{column}", documented["description"]
    for source in project.manifest["sources"].values():
        yield source["source_name"], source["source_description"]
        for column, documented in source["columns"].items():
            yield f"{source['name']}.{column}", documented["description"]
    for macro in project.macros():
        # an engine's implementation is described where it is dispatched
        if "__" in macro["name"]:
            continue
        yield f"macro {macro['name']}", macro["description"]
        if macro["patch_path"]:
            named = {argument["name"]: argument["description"] for argument in macro["arguments"]}
            for argument in _signature(macro):
                yield f"macro {macro['name']}, argument {argument}", named.get(argument, "")


def _signature(macro: dict[str, Any]) -> list[str]:
    """The arguments a macro (or test) takes, as its first line names them."""
    name = re.escape(macro["name"].removeprefix("test_"))
    head = re.search(rf"(?:macro|test)\s+{name}\s*\((.*?)\)\s*-?%}}", macro["macro_sql"], re.S)
    plain = re.sub(r"'[^']*'", "", head.group(1)) if head else ""
    return re.findall(r"(?:^|,)\s*(\w+)", plain)


def columns_apart(project: Project) -> list[str]:
    """Columns built and not documented, documented and not built, or in another order."""
    found = []
    for model in project.models() + project.nodes("seed"):
        built = project.built_columns[model["name"]]
        documented = list(model["columns"])
        if built != documented:
            apart = set(built) ^ set(documented)
            found.append(f"{model['name']}: {sorted(apart) or 'the order of columns'} differ")
    return found


def grain_of(model: dict[str, Any]) -> list[str] | None:
    """The key columns that the first sentence of a model's description names."""
    sentence = re.match(r"One row per (`\w+`(?:,\s+`\w+`)*)\.", model["description"])
    return re.findall(r"`(\w+)`", sentence.group(1)) if sentence else None


def grains_apart(project: Project) -> list[str]:
    found = []
    for model in project.models():
        name, grain = model["name"], grain_of(model)
        is_mart = model["path"].startswith("marts/")
        if is_mart and grain is None:
            found.append(f"{name}: a mart has to name its key")
        if grain is None and NO_KEY not in model["description"]:
            found.append(f"{name}: names no key and does not say that it has none")
        if grain is None or not (is_mart or model["config"]["materialized"] == "incremental"):
            continue
        tested = [_tested_columns(test) for test in project.tests_of(model)]
        if sorted(grain) not in tested:
            found.append(f"{name}: no uniqueness test on {', '.join(grain)}")
    return found


def _tested_columns(test: dict[str, Any]) -> list[str]:
    metadata = test["test_metadata"]
    if metadata["name"] not in UNIQUENESS:
        return []
    arguments = metadata["kwargs"]
    return sorted(arguments.get("column_list") or [arguments["column_name"]])


def keys_not_guarded(project: Project) -> list[str]:
    """Key columns of marts that nothing keeps from being null."""
    return [
        f"{model['name']}.{column} is a key and may be null"
        for model in project.models("marts/")
        for column in grain_of(model) or []
        if not _is_guarded(project, model, column)
    ]


def _is_guarded(project: Project, model: dict[str, Any], column: str) -> bool:
    """Whether a column is never null by a constraint or a test, of the mart or of the one it selects from.

    A database does not hold a view to the constraints of its contract.
    """
    is_view = model["config"]["materialized"] == "view"
    constraints = model["columns"].get(column, {}).get("constraints", [])
    if not is_view and "not_null" in {one["type"] for one in constraints}:
        return True
    for test in project.tests_of(model):
        if column in (test["test_metadata"]["kwargs"].get("never_null") or []):
            return True
    parents = model["depends_on"]["nodes"]
    if not is_view or len(parents) != 1:
        return False
    parent = project.manifest["nodes"][parents[0]]
    selected = re.search(rf"(\w+) as {column}\b", model["raw_code"])
    return parent["path"].startswith("marts/") and _is_guarded(
        project, parent, selected.group(1) if selected else column
    )
