"""A rig for tests that build real warehouses: land files, run dbt, read the marts, compare them.

A ``Bench`` is one pytest worker's place to work; it hands out ``Site``s, each with a landing root
and a warehouse of its own. dbt runs as its users run it: as a process, from the repository's root.
"""

from __future__ import annotations

from .marts import Marts, mart_differences, read_marts, read_rows, without_audit
from .records import json_lines, landed, page
from .site import (
    CONCIERGE,
    EVERYTHING,
    LIVEPERSON,
    MODELS,
    ONE_TO_ONE,
    WITHOUT_OTHERS,
    Bench,
    Done,
    Running,
    Site,
)

__all__ = [
    "CONCIERGE",
    "EVERYTHING",
    "LIVEPERSON",
    "MODELS",
    "ONE_TO_ONE",
    "WITHOUT_OTHERS",
    "Bench",
    "Done",
    "Marts",
    "Running",
    "Site",
    "json_lines",
    "landed",
    "mart_differences",
    "page",
    "read_marts",
    "read_rows",
    "without_audit",
]
