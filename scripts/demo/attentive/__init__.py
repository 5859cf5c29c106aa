"""The text messaging part of the demo: two accounts, two feeds, three months."""

from __future__ import annotations

from collections.abc import Callable

from demo.attentive import stories
from demo.attentive.brands import BRANDS, account_row
from demo.attentive.delivery import write_events, write_orders
from demo.attentive.traffic import simulate
from demo.landing import Landing

ACCOUNTS = [account_row(brand) for brand in BRANDS]


def write(landing: Landing, seed: int, progress: Callable[[str], None]) -> None:
    """Write both feeds; the accounts' lines lie side by side in them."""
    accounts = []
    for brand in BRANDS:
        happened = simulate(seed, brand)
        stories.add_stories(happened)
        accounts.append(happened)
        landing.count("text threads", happened.threads)
        progress(
            f"{brand.name}: {len(happened.events):,} text events, {happened.threads:,} threads, "
            f"{len(happened.orders):,} orders"
        )
    write_events(landing, seed, accounts)
    write_orders(landing, seed, accounts)
    landing.count("stories", stories.NUMBER)
