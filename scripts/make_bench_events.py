"""Landing files of One-to-One for the benchmark: the demo's two shops, as busy as is asked for.

Files come hourly. Every day is simulated by itself, so that one more day costs one day.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.accounts import accounts_csv
from demo.landing import HOUR, file_name, to_line, write_lines
from demo.one_to_one.plans import SHOPS, ShopPlan
from demo.one_to_one.traffic import Shop, visit

EVENTS_A_VISIT = 2.0  # what the demo's shops come to
VISITORS_A_VISIT = 0.6
REPEATED_EVERY = 100


@dataclass(frozen=True)
class Plan:
    """What the command line asks for."""

    root: Path
    start: date
    seed: int
    events: int
    days: int

    def events_until(self, day: int) -> int:
        """The events before a day; days after the last one are like the others."""
        return round(self.events / self.days * day)


PLANS: list[Plan] = []  # set before the workers are forked


def simulate_day(plan: Plan, shop_plan: ShopPlan, day: int, events: int) -> Shop:
    """Visits of a day until there are so many events."""
    visitors = max(100, int(plan.events / len(SHOPS) / EVENTS_A_VISIT * VISITORS_A_VISIT))
    shop = Shop(shop_plan, f"{plan.seed} {day}", visitors, f"{day:04d}-")
    when = plan.start + timedelta(days=day)
    while len(shop.traffic.events) < events:
        visit(shop, when)
    del shop.traffic.events[events:]
    return shop


def write_day(day: int) -> tuple[int, int, int, int]:
    """Write one day; the day, its events, purchase tags and bytes."""
    plan = PLANS[0]
    number = plan.events_until(day + 1) - plan.events_until(day)
    first = int(
        datetime.combine(plan.start + timedelta(days=day), datetime.min.time(), UTC).timestamp()
        * 1000
    )
    written = [0, 0, 0]
    for place, shop_plan in enumerate(SHOPS):
        share = number // len(SHOPS) + (number % len(SHOPS) if place == 0 else 0)
        shop = simulate_day(plan, shop_plan, day, share)
        records = (
            ("events", "Events", shop.traffic.events),
            ("orders", "Orders", shop.traffic.tags),
        )
        for place_of_feed, (feed, tag, rows) in enumerate(records):
            written[place_of_feed] += len(rows)
            folder = plan.root / "one_to_one" / feed / shop_plan.account_id / f"{day:04d}"
            written[2] += write_hours(folder, tag, first, rows)
    return day, written[0], written[1], written[2]


def write_hours(folder: Path, tag: str, first: int, rows: list[dict[str, Any]]) -> int:
    """One file an hour of the day, what is left over in the last; their bytes."""
    by_hour: dict[int, list[bytes]] = defaultdict(list)
    for number, row in enumerate(rows):
        hour = min(max((row["occurred_at"] - first) // HOUR, 0), 23)
        line = to_line(row)
        by_hour[hour].append(line)
        if number % REPEATED_EVERY == 0:
            by_hour[min(hour + 1, 23)].append(line)
    size = 0
    for hour, lines in by_hour.items():
        to_ms = first + (hour + 2) * HOUR
        path = folder / file_name(tag, to_ms - HOUR, to_ms, "part-00000", gz=True)
        size += write_lines(path, lines, level=1)
    return size


def parse_arguments(arguments: Sequence[str] | None) -> tuple[Plan, range, int]:
    """Read the command line: the plan, the days to write, and how many processes."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="One more day: the same call with --from-day 30 (after 30 days, counted from 0).",
    )
    parser.add_argument("--root", type=Path, default=Path("landing/bench"), help="landing root")
    parser.add_argument("--events", type=int, default=1_000_000, help="events over the whole time")
    parser.add_argument("--days", type=int, default=30, help="days (default: 30)")
    parser.add_argument("--start-date", type=date.fromisoformat, default=date(2026, 6, 1))
    parser.add_argument("--seed", type=int, default=1, help="seed of all chance (default: 1)")
    parser.add_argument("--from-day", type=int, default=0, help="first day to write (default: 0)")
    parser.add_argument("--to-day", type=int, help="day to stop before (default: the end, or one)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args(arguments)
    to_day = options.to_day or max(options.days, options.from_day + 1)
    if options.events < options.days or options.days < 1 or to_day <= options.from_day:
        parser.error("nothing to write: check --events, --days, --from-day, --to-day")
    plan = Plan(options.root, options.start_date, options.seed, options.events, options.days)
    return plan, range(options.from_day, to_day), options.workers


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the days that were asked for."""
    plan, days, workers = parse_arguments(arguments)
    began = time.monotonic()
    PLANS[:] = [plan]
    if days.start == 0:
        plan.root.mkdir(parents=True, exist_ok=True)
        rows = [shop.row for shop in SHOPS]
        (plan.root / "accounts.csv").write_text(accounts_csv(rows), encoding="utf-8", newline="\n")
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        done = list(pool.imap_unordered(write_day, days))
    events, tags, size = (sum(row[place] for row in done) for place in (1, 2, 3))
    figures = f"{events:,} events, {tags:,} purchase tags, {size / 1e6:,.0f} MB"
    print(f"{plan.root}: {figures}, {len(days)} days, {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
