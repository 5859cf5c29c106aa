"""The project as dbt reads it (manifest) and as it is built (columns, on an empty landing root)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from rig.manifest import parsed
from rig.site import EVERYTHING, Bench, Site

ROOT = Path(__file__).resolve().parents[3]
PROJECT = "parley"


@dataclass(frozen=True)
class Project:
    """The manifest, the site it is built on, and every built relation's columns in order."""

    manifest: dict[str, Any]
    site: Site
    built_columns: dict[str, list[str]]
    built_types: dict[str, dict[str, str]]

    def nodes(self, resource_type: str) -> list[dict[str, Any]]:
        return [
            node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == resource_type and node["package_name"] == PROJECT
        ]

    def models(self, folder: str = "") -> list[dict[str, Any]]:
        return [node for node in self.nodes("model") if node["path"].startswith(folder)]

    def tests_of(self, model: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            node
            for node in self.nodes("test")
            if node.get("attached_node") == model["unique_id"] and node.get("test_metadata")
        ]

    def macros(self) -> list[dict[str, Any]]:
        return [
            macro for macro in self.manifest["macros"].values() if macro["package_name"] == PROJECT
        ]


def build_project(bench: Bench) -> Project:
    """Build seeds and models on an empty landing root; read what came of it."""
    site = bench.site(EVERYTHING)
    done = site.run()
    if done.code != 0:
        raise RuntimeError(f"the project could not be built:\n{done.output}")
    with duckdb.connect(str(site.warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns group by table_name"
        ).fetchall()
        types = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
        ).fetchall()
    built_types: dict[str, dict[str, str]] = {}
    for table, column, data_type in types:
        built_types.setdefault(table, {})[column] = data_type
    return Project(parsed(bench), site, dict(rows), built_types)
