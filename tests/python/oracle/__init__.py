"""An independent reading of the contract in plain Python.

``compute`` reads a landing root and returns what the marts must hold. It was written from the
definitions alone, never from the models, so that the two can be compared. It is slow and simple on
purpose: every visit, conversation, conversion and request is an object, every mart a loop over them.
The text messaging vendor's conversations are rebuilt by walking through its messages one by one.
Choices where the contract can be read in more than one way are listed in READINGS.md; those that
can be switched are fields of ``Readings``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .attentive import EVENTS, ORDERS
from .concierge_marts import GRAIN as CONCIERGE_GRAIN
from .concierge_marts import compute_concierge
from .datasets import KEYS, compute_datasets
from .experiment import GRAIN as EXPERIMENT_GRAIN
from .experiment import compute_experiment
from .facts import GRAIN as FACT_GRAIN
from .facts import compute_facts
from .landing import FEEDS, LIVEPERSON, read_feed, unread_files
from .marketplace import GRAIN as MARKETPLACE_GRAIN
from .marketplace import compute_marketplace
from .one_to_one_panels import GRAIN as ONE_TO_ONE_GRAIN
from .one_to_one_panels import compute_one_to_one
from .panels import GRAIN as PANEL_GRAIN
from .panels import compute_panels
from .readings import DEFAULT, Readings
from .settings import read_settings
from .value_audit import GRAIN as VALUE_GRAIN
from .value_audit import compute_value_audit
from .world import build_accounts

GRAIN: dict[str, tuple[str, ...]] = {
    **PANEL_GRAIN,
    **KEYS,
    **FACT_GRAIN,
    **EXPERIMENT_GRAIN,
    **CONCIERGE_GRAIN,
    **MARKETPLACE_GRAIN,
    **ONE_TO_ONE_GRAIN,
    **VALUE_GRAIN,
    "attributed_conversions": ("account_id", "conversion_id"),
    "landing_audit": ("feed", "file_name"),
    "quarantined_records": ("feed", "file_name", "line_number"),
    "unread_files": ("path",),
}


def compute(landing_root: Path, readings: Readings = DEFAULT) -> dict[str, list[dict[str, Any]]]:
    """The rows of every covered mart, by mart name."""
    feeds = {feed: read_feed(landing_root, feed, readings) for feed in FEEDS}
    settings = read_settings(landing_root)
    accounts = build_accounts({feed: feeds[feed] for feed in LIVEPERSON}, settings, readings)
    tables = compute_datasets(accounts)
    tables |= compute_facts(accounts)
    tables |= compute_experiment(accounts)
    tables |= compute_panels(accounts, tables)
    tables |= compute_marketplace(accounts)
    tables |= compute_concierge(feeds[EVENTS].current, feeds[ORDERS].current, settings, readings)
    tables |= compute_one_to_one(feeds, settings)
    tables["landing_audit"] = [row for feed in feeds.values() for row in feed.audit]
    tables["quarantined_records"] = [row for feed in feeds.values() for row in feed.quarantined]
    tables["unread_files"] = unread_files(landing_root)
    tables["value_audit"] = compute_value_audit(feeds)
    return tables


__all__ = ["GRAIN", "ONE_TO_ONE_GRAIN", "Readings", "compute"]
