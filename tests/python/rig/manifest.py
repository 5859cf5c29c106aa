"""The project as dbt reads it, without building anything."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from .site import DBT, PROJECT


def parsed(folder: Path) -> dict[str, Any]:
    """The manifest that `dbt parse` writes, or the one that PARLEY_MANIFEST names."""
    if given := os.environ.get("PARLEY_MANIFEST"):
        return json.loads(Path(given).read_text(encoding="utf-8"))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PARLEY_", "DBT_"))}
    settings = kept | {
        "PYTHONPATH": str(PROJECT / "src"),
        "DBT_TARGET_PATH": str(folder),
        "DBT_LOG_PATH": str(folder / "logs"),
        "PARLEY_LANDING_ROOT": str(folder),
        "PARLEY_WAREHOUSE": str(folder / "warehouse.duckdb"),
    }
    done = subprocess.run(
        [str(DBT), "--quiet", "parse"],
        cwd=PROJECT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
