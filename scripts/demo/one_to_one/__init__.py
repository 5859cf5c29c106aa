"""The One-to-One part of the demo: two shops with the widget, two feeds, three months."""

from __future__ import annotations

from collections.abc import Callable

from demo.landing import Landing
from demo.one_to_one import stories
from demo.one_to_one.delivery import Delivery
from demo.one_to_one.plans import SHOPS
from demo.one_to_one.traffic import simulate

ACCOUNTS = [plan.row for plan in SHOPS]


def write(landing: Landing, seed: int, progress: Callable[[str], None]) -> None:
    """Write both feeds, shop by shop."""
    for plan in SHOPS:
        shop = simulate(plan, seed)
        stories.add_stories(shop)
        delivery = Delivery(landing, seed, plan)
        delivery.events(shop.traffic)
        delivery.orders(shop.traffic)
        landing.count("widget events", len(shop.traffic.events))
        landing.count("One-to-One requests", shop.traffic.requests)
        landing.count("purchase tags", len(shop.traffic.tags))
        progress(
            f"{plan.name}: {len(shop.traffic.events):,} widget events, "
            f"{shop.traffic.requests:,} requests, {len(shop.traffic.tags):,} purchase tags"
        )
    landing.count("stories", stories.NUMBER)
