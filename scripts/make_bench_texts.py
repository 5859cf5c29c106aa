"""Landing files of text messages for the benchmark: many of them, fast and repeatable.

The demo's simulation makes a few hundred model episodes (a campaign's or a journey's text or a
conversation, with what comes of it); each benchmark episode fills the blanks (subscriber, time, order)
of one and is delivered on the day it began. Files come hourly.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from demo.accounts import accounts_csv
from demo.attentive.brands import BRANDS, TextBrand, account_row
from demo.attentive.records import Json, Subscriber
from demo.attentive.traffic import HOURS, Months
from demo.landing import DAY, HOUR, file_name, to_line, write_lines

MODEL_START = int(datetime(2026, 5, 5, tzinfo=UTC).timestamp() * 1000)
KINDS = (("campaign", 78), ("journey", 14), ("thread", 8))
MODELS_OF_A_KIND = 200
REPEATED_SHARE = 0.02
MESSAGES_A_MONTH = 10  # a subscriber's
FEEDS = (("events", "Events"), ("orders", "Orders"))
BLANK = re.compile(
    r'\b(17[78]\d{10})\b|(\+10000000000)|\b(480000000000000)\b|"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+0000"'
    r'|"order_id":"([^"]*)"'
)
Blank = tuple[str, int]


@dataclass
class Line:
    """A line of a model episode, its blanks, and when it happens after the start."""

    text: str
    blanks: list[Blank]

    def fill(self, start: int, phone: str, external_id: str, order: str) -> bytes:
        """The line for a start, a subscriber and an order."""
        values: list[object] = []
        for kind, after in self.blanks:
            if kind == "time":
                values.append(start + after)
            elif kind == "moment":
                at = datetime.fromtimestamp((start + after) // 1000, UTC)
                values.append(f'"{at:%Y-%m-%dT%H:%M:%S}+0000"')
            else:
                values.append({"phone": phone, "id": external_id}.get(kind, order))
        return (self.text % tuple(values)).encode()


@dataclass
class Episode:
    """What happens with one subscriber."""

    events: list[Line] = field(default_factory=list)
    orders: list[Line] = field(default_factory=list)


def compile_line(record: Json) -> Line:
    """Find the blanks of a model record."""
    blanks: list[Blank] = []

    def blank(match: re.Match[str]) -> str:
        number, phone, external_id, moment, order_id = match.groups()
        if number:
            blanks.append(("time", int(number) - MODEL_START))
        elif phone or external_id:
            blanks.append(("phone" if phone else "id", 0))
        elif moment:
            at = datetime.fromisoformat(moment + "+00:00").timestamp() * 1000
            blanks.append(("moment", round(at) - MODEL_START))
        elif order_id:
            blanks.append(("order", 0))
            return '"order_id":"%s-' + order_id + '"'
        return "%s"

    return Line(BLANK.sub(blank, to_line(record).decode().replace("%", "%%")), blanks)


def make_models(brand: TextBrand, seed: int) -> list[list[Episode]]:
    """Episodes of each kind."""
    who = Subscriber("+10000000000", 480_000_000_000_000)
    found = []
    for kind, _ in KINDS:
        episodes = []
        for number in range(MODELS_OF_A_KIND):
            months = Months(seed * 1_000 + number, brand)
            if kind == "campaign":
                months.campaign(MODEL_START, who, 1 + number % 40)
            elif kind == "journey":
                months.journey(MODEL_START, who, brand.journeys[number % len(brand.journeys)])
            else:
                months.thread(MODEL_START, who)
            happened = months.happened
            episodes.append(
                Episode(
                    [compile_line(record) for _, record in happened.events],
                    [compile_line(record) for _, record in happened.orders],
                )
            )
        found.append(episodes)
    return found


@dataclass(frozen=True)
class Plan:
    """What the command line asks for."""

    root: Path
    start: date
    seed: int
    messages: int
    days: int

    def day_folder(self, feed: str, day: int) -> Path:
        """The folder of a feed's day."""
        return self.root / "attentive" / feed / (self.start + timedelta(days=day)).isoformat()


class Maker:
    """Writes days; the models are made once, before the workers start."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.models = [make_models(brand, plan.seed) for brand in BRANDS]
        self.subscribers = max(50, plan.messages * 30 // plan.days // MESSAGES_A_MONTH)
        self.first_ms = int(datetime(*plan.start.timetuple()[:3], tzinfo=UTC).timestamp() * 1000)

    def day(self, day: int) -> tuple[int, int, int, int]:
        """Write one day; return the day, its messages, orders and bytes."""
        plan = self.plan
        rng = random.Random(f"{plan.seed} texts of day {day}")
        wanted = plan.messages // plan.days
        files: dict[str, list[list[bytes]]] = {feed: [[] for _ in range(24)] for feed, _ in FEEDS}
        weights = [weight for _, weight in KINDS]
        events = orders = 0
        while events < wanted:
            subscriber = rng.randrange(self.subscribers)
            kinds = self.models[subscriber % len(BRANDS)]
            episode = rng.choice(rng.choices(kinds, weights)[0])
            hour = rng.choices(range(24), HOURS)[0]
            start = self.first_ms + day * DAY + hour * HOUR + int(rng.random() * HOUR)
            who = (f"+1{2_000_000_000 + subscriber}", str(480_000_000_000_000 + subscriber))
            order = f"{day}-{events}"
            for feed, lines in (("events", episode.events), ("orders", episode.orders)):
                for line in lines:
                    filled = line.fill(start, *who, order)
                    files[feed][hour].append(filled)
                    if rng.random() < REPEATED_SHARE:
                        files[feed][min(hour + 1, 23)].append(filled)
            events += len(episode.events)
            orders += len(episode.orders)
        size = 0
        for feed, tag in FEEDS:
            for hour, hourly in enumerate(files[feed]):
                if hourly:
                    from_ms = self.first_ms + day * DAY + hour * HOUR
                    name = file_name(tag, from_ms, from_ms + HOUR, "part-00000", gz=True)
                    size += write_lines(plan.day_folder(feed, day) / name, hourly, level=1)
        return day, events, orders, size

    def settings(self) -> None:
        """Write accounts.csv."""
        self.plan.root.mkdir(parents=True, exist_ok=True)
        text = accounts_csv([account_row(brand) for brand in BRANDS])
        (self.plan.root / "accounts.csv").write_text(text, encoding="utf-8", newline="\n")


MAKERS: list[Maker] = []  # set before the workers are forked, so that nothing is pickled


def write_day(day: int) -> tuple[int, int, int, int]:
    """Write one day in a worker."""
    return MAKERS[0].day(day)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the days that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--root", type=Path, default=Path("landing/bench"), help="landing root")
    parser.add_argument("--messages", type=int, default=5_000_000, help="over the whole time")
    parser.add_argument("--days", type=int, default=30, help="days of the whole time")
    parser.add_argument("--start-date", type=date.fromisoformat, default=date(2026, 6, 1))
    parser.add_argument("--seed", type=int, default=1, help="seed of all chance (default: 1)")
    parser.add_argument("--from-day", type=int, default=0, help="first day to write (default: 0)")
    parser.add_argument("--to-day", type=int, help="day to stop before (default: the end, or one)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    options = parser.parse_args(arguments)
    days = range(options.from_day, options.to_day or max(options.days, options.from_day + 1))
    if options.messages < options.days or options.days < 1 or not days:
        parser.error("nothing to write: check --messages, --days, --from-day, --to-day")
    plan = Plan(options.root, options.start_date, options.seed, options.messages, options.days)
    present = [plan.day_folder("events", day) for day in days]
    if found := next((folder for folder in present if folder.exists()), None):
        print(f"error: {found} is already there", file=sys.stderr)
        return 2
    began = time.monotonic()
    maker = Maker(plan)
    if days.start == 0:
        maker.settings()
    MAKERS[:] = [maker]
    with multiprocessing.get_context("fork").Pool(options.workers) as pool:
        written = list(pool.imap_unordered(write_day, days))
    messages, orders, size = (sum(day[part] for day in written) for part in (1, 2, 3))
    figures = f"{messages:,} messages, {orders:,} orders, {size / 1e6:,.0f} MB"
    print(f"{plan.root}: {figures}, {len(days)} days, {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
