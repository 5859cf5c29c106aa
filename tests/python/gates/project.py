"""The project as dbt reads it (manifest) and as it is built (columns, on an empty landing root)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[3]
PROJECT = "parley"


@dataclass(frozen=True)
class Project:
    """The manifest, where it lies, and every built relation's columns in order."""

    manifest: dict[str, Any]
    artifacts: Path
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


def build_project(folder: Path) -> Project:
    """Build seeds and models on an empty landing root below the folder; read what came of it."""
    landing = folder / "landing"
    landing.mkdir()
    warehouse = folder / "gates.duckdb"
    artifacts = folder / "target"
    settings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
        "PARLEY_LANDING_ROOT": str(landing),
        "PARLEY_WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(artifacts),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
    command += ["--resource-type", "model", "--resource-type", "seed"]
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"the project could not be built:\n{done.stdout}{done.stderr}")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
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
    manifest = json.loads((artifacts / "manifest.json").read_text())
    return Project(manifest, artifacts, dict(rows), built_types)
