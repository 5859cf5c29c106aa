"""The fixtures of all tests that build warehouses, and the order of modules.

The fixtures are known here and not in each module that uses them: a fixture that a module imports is its own,
and what is made once a session would be made once a module.
"""

from __future__ import annotations

import pytest

from rig.fixtures import bench, demo, site, worlds_built

__all__ = ["bench", "demo", "site", "worlds_built"]

#: Modules that take a minute or more: they come first, so that none of them is left to one worker at the end.
LONG = (
    "test_contributing",
    "test_semantic_filters",
    "test_erasures",
    "test_semantic_layer",
    "test_properties",
    "test_faults",
    "test_dashboard_pages",
    "test_gates",
    "test_docs_page",
    "test_one_to_one_properties",
    "test_concierge_properties",
    "test_single_changes",
    "test_fuzz_landing",
    "test_bi_reads",
    "test_consent",
    "test_experiment",
    "test_postgres",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of long modules before the others."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))
