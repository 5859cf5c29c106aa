"""The project as dbt reads it, without building anything."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .site import Bench

#: Read once a worker: it is the same for all tests.
KNOWN: list[dict[str, Any]] = []


def parsed(bench: Bench) -> dict[str, Any]:
    """The manifest that dbt writes, or the one that PARLEY_MANIFEST names. Read only."""
    if not KNOWN:
        given = os.environ.get("PARLEY_MANIFEST")
        path = Path(given) if given else bench.artifact("manifest.json")
        KNOWN.append(json.loads(path.read_text(encoding="utf-8")))
    return KNOWN[0]
