"""The LivePerson part of the demo: brands, a provider and its shops, two trials, three months."""

from __future__ import annotations

from collections.abc import Callable

from demo.landing import Landing
from demo.liveperson import stories
from demo.liveperson.brands import account_row, build_brands
from demo.liveperson.configuration import write_configuration
from demo.liveperson.delivery import Delivery
from demo.liveperson.network import PLANS
from demo.liveperson.traffic import simulate_traffic
from demo.liveperson.trials import TRIAL_PLANS, write_trials

ACCOUNTS = [account_row(plan) for plan in (*PLANS, *TRIAL_PLANS)]


def write(landing: Landing, seed: int, progress: Callable[[str], None]) -> None:
    """Write the four feeds, account by account."""
    brands = build_brands()
    for brand in brands:
        traffic = simulate_traffic(seed, brand)
        stories.add_stories(brand, traffic)
        delivery = Delivery(landing, seed, brand)
        delivery.visits(traffic)
        delivery.conversations(traffic)
        delivery.status_changes(traffic)
        write_configuration(landing, seed, brand)
        landing.count("visits", len(traffic.visits))
        landing.count("conversations", len(traffic.conversations))
        landing.count("status changes", len(traffic.changes))
        progress(
            f"{brand.plan.name}: {len(traffic.visits):,} visits, "
            f"{len(traffic.conversations):,} conversations, {len(traffic.changes):,} changes"
        )
    write_trials(landing, seed)
    landing.count("stories", stories.NUMBER)
