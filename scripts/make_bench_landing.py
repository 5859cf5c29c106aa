"""Landing files for the benchmark: many visits with realistic bytes, fast and repeatable.

The demo's simulation makes a few thousand model visits and conversations; each benchmark visit
fills the blanks (ids and times) of one. Files come hourly.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

from demo.accounts import accounts_csv
from demo.landing import DAY, HOUR, MINUTE, file_name, to_line, write_lines
from demo.liveperson import agents, configuration
from demo.liveperson.brands import Brand, account_row, build_brands
from demo.liveperson.conversation import record, stamp
from demo.liveperson.conversations import simulate_conversation
from demo.liveperson.traffic import HOUR_WEIGHTS, new_visitor
from demo.liveperson.visit import Dresser
from demo.liveperson.visits import simulate_visit

BUCKETS = 40  # visitors of one bucket share their arms, so a visitor's arms never change
PLAIN, ENGAGED = 12, 3  # templates for each account and bucket
CONVERSATION_SHARE = 0.03
REPEATED_SHARE = 0.01
MODEL_DAY = int(datetime(2026, 5, 5, tzinfo=UTC).timestamp() * 1000)
BLANK = re.compile(r"@([VWCKOG])@|\b(17[78]\d{10})\b|(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+0000)")


@dataclass
class Template:
    """A line with blanks: letters stand for ids, numbers for milliseconds after the start."""

    text: str
    blanks: list[str | int]
    readable: list[tuple[int, int]]  # position among the blanks, milliseconds after the start

    def fill(self, start: int, ids: dict[str, str]) -> bytes:
        """The line for a start and ids."""
        values = [start + b if isinstance(b, int) else ids[b] for b in self.blanks]
        for position, offset in self.readable:
            values[position] = stamp(start + offset)
        return (self.text % tuple(values)).encode()


@dataclass
class Models:
    """The templates of one account and bucket; engaged ones carry their conversation."""

    plain: list[Template] = field(default_factory=list)
    engaged: list[tuple[Template, Template]] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """What the command line asks for."""

    root: Path
    start: date
    seed: int
    visits: int
    days: int

    def visits_on(self, day: int) -> int:
        """The visits of a day; days after the last one are like the others."""
        day = min(day, self.days - 1)
        return self.visits * (day + 1) // self.days - self.visits * day // self.days

    def day_folder(self, feed: str, day: int) -> Path:
        """The folder of a feed's day."""
        return self.root / "liveperson" / feed / (self.start + timedelta(days=day)).isoformat()


def compile_template(line: bytes, start: int) -> Template:
    """Find the blanks of a model line."""
    blanks: list[str | int] = []
    readable: list[tuple[int, int]] = []

    def blank(match: re.Match[str]) -> str:
        letter, number, text = match.groups()
        if text:
            moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f%z")
            readable.append((len(blanks), round(moment.timestamp() * 1000) - start))
            blanks.append(0)
        else:
            blanks.append(letter or int(number) - start)
        return "%s"

    return Template(BLANK.sub(blank, line.decode().replace("%", "%%")), blanks, readable)


def bucket_roll(bucket: int, key: str) -> float:
    """A permutation of the buckets for each key, so that every arm gets its exact share."""
    if key == "site":
        return bucket / BUCKETS
    return (bucket * 7 + zlib.crc32(key.encode())) % BUCKETS / BUCKETS


def make_models(brand: Brand, bucket: int, seed: int) -> Models:
    """Simulate until the bucket has its templates."""
    rng = random.Random(f"{seed} models {brand.account_id} {bucket}")
    models, dress = Models(), Dresser(brand.plan.form)
    for attempt in range(400):
        if len(models.plain) >= PLAIN and len(models.engaged) >= ENGAGED:
            break
        visitor = new_visitor(rng, "@W@", partial(bucket_roll, bucket))
        if attempt >= PLAIN:
            visitor.interest = 4.0  # the rest is for conversations
        start = MODEL_DAY + rng.randrange(DAY)
        outcome = simulate_visit(rng, brand, visitor, start)
        visit = outcome.visit
        visit.visit_id = "@V@"
        for number, goal in enumerate(visit.goals):
            goal.id = f"@G@-{number}"
            if "orderId" in goal.meta:
                goal.meta["orderId"] = "@O@"
        template = compile_template(to_line(dress.visit(visit)), start)
        if outcome.accepted is None:
            if len(models.plain) < PLAIN:
                models.plain.append(template)
        elif len(models.engaged) < ENGAGED:
            engagement, at = outcome.accepted.engagement, outcome.accepted.at + 9_000
            made = simulate_conversation(rng, brand, at, "SHARK", engagement=engagement)
            made.id, made.consumer_id, made.session_id = "@C@", "@K@", "@V@"
            if made.survey:
                made.survey["surveyId"] = "sv-@C@"
            for message in made.messages:
                # People never write the same twice; repeated texts would be stored for nothing.
                message.text = f"{message.text} (@O@)"
            line = to_line(record(made, made.last_event))
            models.engaged.append((template, compile_template(line, start)))
    return models


def identifiers(account_id: str, visitor: int, seed: int, day: int, number: int) -> dict[str, str]:
    """The ids of a visit, spread like real ones."""
    who = blake2b(f"{account_id}:{visitor}".encode(), digest_size=11).hexdigest()
    what = blake2b(f"{seed}:{day}:{number}".encode(), digest_size=36).hexdigest()
    tail = f"{what[40:48]}-{what[48:52]}-4{what[53:56]}-a{what[57:60]}-{what[60:72]}"
    ids = {"W": who, "V": f"{who}.{what[:40]}", "C": tail, "K": f"{what[8:16]}{tail[8:]}"}
    return {**ids, "G": tail, "O": f"B{day:04d}-{number:07d}"}


class Maker:
    """Writes days; the templates are made once, before the workers start."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        # The provider's small shops would double the templates to make and add no load.
        self.brands = [brand for brand in build_brands() if not brand.plan.weekly]
        self.models = [
            [make_models(brand, bucket, plan.seed) for bucket in range(BUCKETS)]
            for brand in self.brands
        ]
        self.weights = list(accumulate(brand.plan.visits for brand in self.brands))
        self.visitors = max(BUCKETS, plan.visits * 6 // 10)
        self.first_ms = int(datetime(*plan.start.timetuple()[:3], tzinfo=UTC).timestamp() * 1000)

    def day(self, day: int) -> tuple[int, int, int, int]:
        """Write one day; return the day, its visits, conversations and bytes."""
        plan, number = self.plan, self.plan.visits_on(day)
        rng = random.Random(f"{plan.seed} day {day}")
        web: list[list[bytes]] = [[] for _ in range(24)]
        talks: list[list[bytes]] = [[] for _ in range(24)]
        first = self.first_ms + day * DAY
        which = rng.choices(range(len(self.brands)), cum_weights=self.weights, k=number)
        hours = rng.choices(range(24), HOUR_WEIGHTS, k=number)
        for index, (brand, hour) in enumerate(zip(which, hours, strict=True)):
            visitor = rng.randrange(self.visitors)
            models = self.models[brand][visitor % BUCKETS]
            account_id = self.brands[brand].account_id
            ids = identifiers(account_id, visitor, plan.seed, day, index)
            start = first + hour * HOUR + int(rng.random() * HOUR)
            if models.engaged and rng.random() < CONVERSATION_SHARE:
                template, talk = rng.choice(models.engaged)
                talks[hour].append(talk.fill(start, ids))
            else:
                template = models.plain[int(rng.random() * len(models.plain))]
            line = template.fill(start, ids)
            web[hour].append(line)
            if rng.random() < REPEATED_SHARE:
                web[min(hour + 1, 23)].append(line)
        size = 0
        feeds = (
            ("web_sessions", "WebSession", web),
            ("messaging_interactions", "Messaging", talks),
        )
        for feed, tag, by_hour in feeds:
            for hour, lines in enumerate(by_hour):
                from_ms = first + (hour + 1) * HOUR
                name = file_name(tag, from_ms, from_ms + HOUR, "part-00000", gz=True)
                size += write_lines(plan.day_folder(feed, day) / name, lines, level=1)
        size += self._status_changes(rng, day)
        return day, number, sum(map(len, talks)), size

    def _status_changes(self, rng: random.Random, day: int) -> int:
        when = self.plan.start + timedelta(days=day)
        from_ms = self.first_ms + day * DAY
        size = 0
        for brand in self.brands:
            first_session = 10_000_000 + day * 1_000
            changes = agents.simulate_changes(rng, brand, when, 1, first_session)
            lines = [to_line(agents.page(changes, from_ms, from_ms + DAY))]
            # Shifts may end on the next day: the pull waits for them.
            to_ms = from_ms + 2 * DAY
            name = file_name("AgentActivity", from_ms, to_ms, "page-1", gz=True)
            feed = self.plan.root / "liveperson/agent_status_changes"
            path = feed / f"account_id={brand.account_id}" / when.isoformat() / name
            size += write_lines(path, lines, level=1)
        return size

    def settings(self) -> None:
        """Write accounts.csv and the configuration."""
        root = self.plan.root
        root.mkdir(parents=True, exist_ok=True)
        rows = [account_row(brand.plan) for brand in self.brands]
        (root / "accounts.csv").write_text(accounts_csv(rows), encoding="utf-8", newline="\n")
        at = self.first_ms - HOUR
        for brand in self.brands:
            name = file_name("Configuration", at, at + MINUTE, "export", gz=True)
            path = root / "liveperson/configuration" / brand.account_id / name
            write_lines(path, [to_line(line) for line in configuration.entities(brand)])


MAKERS: list[Maker] = []  # set before the workers are forked, so that nothing is pickled


def write_day(day: int) -> tuple[int, int, int, int]:
    """Write one day in a worker."""
    return MAKERS[0].day(day)


def parse_arguments(arguments: Sequence[str] | None) -> tuple[Plan, range, argparse.Namespace]:
    """Read the command line: the plan, the days to write, and the rest."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n")[0],
        epilog="One more day, with the same accounts and visitors: the same call with "
        "--from-day 30 (after a month of 30 days). Days count from 0; later days are as busy.",
    )
    parser.add_argument("--root", type=Path, default=Path("landing/bench"), help="landing root")
    parser.add_argument("--visits", type=int, default=1_000_000, help="visits over the whole time")
    parser.add_argument("--months", type=int, default=1, help="calendar months (default: 1)")
    parser.add_argument("--days", type=int, help="days, instead of --months")
    parser.add_argument("--start-date", type=date.fromisoformat, default=date(2026, 6, 1))
    parser.add_argument("--seed", type=int, default=1, help="seed of all chance (default: 1)")
    parser.add_argument("--from-day", type=int, default=0, help="first day to write (default: 0)")
    parser.add_argument("--to-day", type=int, help="day to stop before (default: the end, or one)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--force", action="store_true", help="overwrite days that are there")
    options = parser.parse_args(arguments)
    start: date = options.start_date
    month = start.year * 12 + start.month - 1 + options.months
    last = date(month // 12, month % 12 + 1, 1) + timedelta(days=start.day - 1)
    days = options.days or (last - start).days
    to_day = options.to_day or max(days, options.from_day + 1)
    if options.visits < 1 or days < 1 or to_day <= options.from_day:
        parser.error("nothing to write: check --visits, --months, --days, --from-day, --to-day")
    plan = Plan(options.root, start, options.seed, options.visits, days)
    return plan, range(options.from_day, to_day), options


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the days that were asked for."""
    plan, days, options = parse_arguments(arguments)
    began = time.monotonic()
    wanted = [plan.day_folder("web_sessions", day) for day in days]
    present = [folder for folder in wanted if folder.exists()]
    if present and not options.force:
        print(f"error: {present[0]} is already there; use --force", file=sys.stderr)
        return 2
    maker = Maker(plan)
    if days.start == 0:
        maker.settings()
    MAKERS[:] = [maker]
    visits = conversations = size = 0
    with multiprocessing.get_context("fork").Pool(options.workers) as pool:
        for done, (day, *numbers) in enumerate(pool.imap_unordered(write_day, days), start=1):
            visits, conversations = visits + numbers[0], conversations + numbers[1]
            size += numbers[2]
            print(f"\rday {day}: {done} of {len(days)} days", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    figures = f"{visits:,} visits, {conversations:,} conversations, {size / 1e6:,.0f} MB"
    print(f"{plan.root}: {figures}, {len(days)} days, {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
