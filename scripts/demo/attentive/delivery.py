"""From what happened to what arrives when: late webhooks, retries, files, and broken lines."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from demo.attentive.records import Happened, Json
from demo.attentive.stories import LATE_ANSWER, RETRIED
from demo.landing import DAY, HOUR, MINUTE, Landing, file_name, to_line

EVENTS = "attentive/events"
ORDERS = "attentive/orders"
EVENT_SPAN = 8 * HOUR
ORDER_SPAN = DAY
END = 1_782_864_000_000  # 2026-07-01: what happens later has not happened yet
RETRIES_END = END + 3 * DAY

Arrival = tuple[int, bytes]


def other_order(value: Any) -> Any:
    """The same JSON as another machine of the vendor's writes it: the last key first."""
    if isinstance(value, dict):
        return {key: other_order(value[key]) for key in reversed(value)}
    return value


def write_events(landing: Landing, seed: int, accounts: Iterable[Happened]) -> None:
    """All accounts' webhooks come through one door, and lie in its files side by side."""
    rng = random.Random(f"{seed} webhooks")
    arrivals: list[Arrival] = []
    for happened in accounts:
        for at, record in happened.events:
            if at < END:
                arrivals += event_arrivals(rng, at, record)
                landing.count("text events", 1)
    _write(landing, rng, EVENTS, "Events", EVENT_SPAN, arrivals, broken_events(arrivals))


def event_arrivals(rng: random.Random, at: int, record: Json) -> list[Arrival]:
    """When a webhook arrives: at once, or late; once, or again."""
    text = record.get("message", {}).get("text")
    late = rng.randrange(1_000, 90_000)
    if rng.random() < 0.02:
        late = rng.randrange(10 * MINUTE, 3 * DAY)
    if text == LATE_ANSWER:
        late = 3 * DAY
    arrivals = [(at + late, to_line(record))]
    if rng.random() < 0.04 or text == RETRIED:
        again = at + late + rng.randrange(MINUTE, DAY)
        arrivals.append((again, to_line(other_order(record))))
    if text == RETRIED:
        arrivals.append((at + late + 2 * DAY, json.dumps(record).encode()))
    return arrivals


def write_orders(landing: Landing, seed: int, accounts: Iterable[Happened]) -> None:
    """Orders arrive once a day, corrections later under the same id."""
    rng = random.Random(f"{seed} orders")
    arrivals: list[Arrival] = []
    for happened in accounts:
        for at, record in [*happened.orders, *happened.corrections]:
            if at >= END:
                continue
            arrivals.append((at, to_line(record)))
            if rng.random() < 0.03:
                arrivals.append((at + rng.randrange(DAY), to_line(other_order(record))))
        landing.count("text orders", sum(at < END for at, _ in happened.orders))
    _write(landing, rng, ORDERS, "Orders", ORDER_SPAN, arrivals, broken_orders(arrivals))


def broken_events(arrivals: list[Arrival]) -> list[bytes]:
    """A line of every reason that an event can be refused for: a key it always has."""
    good = min(arrivals)[1]
    timeless = json.loads(good) | {"timestamp": 0}
    return [*_broken(good), to_line(timeless)]


def broken_orders(arrivals: list[Arrival]) -> list[bytes]:
    """A line of every reason that an order can be refused for."""
    good = min(arrivals)[1]
    record = json.loads(good)
    timeless = record | {"occurredAt": "yesterday"}
    keyless = record | {"order_id": "X-1", "company_id": "null"}
    return [*_broken(good), to_line(timeless), to_line(keyless)]


def _broken(good: bytes) -> list[bytes]:
    broken = good.replace(b'":', b'\xff\xfe":', 1)
    return [broken, good[: len(good) * 2 // 3], to_line(["ping"])]


def _write(
    landing: Landing,
    rng: random.Random,
    feed: str,
    tag: str,
    span: int,
    arrivals: list[Arrival],
    broken: list[bytes],
) -> None:
    """A file for every span; every fifth begins with the last minutes of the one before."""
    files: dict[int, list[bytes]] = defaultdict(list)
    for at, line in sorted(arrivals):
        slot = min(at, RETRIES_END) // span
        files[slot].append(line)
        if slot % 5 == 4 and (slot + 1) * span - at < 10 * MINUTE:
            files[slot + 1].append(line)
    filled = sorted(files)
    for line in broken:
        lines = files[rng.choice(filled)]
        lines.insert(rng.randrange(len(lines) + 1), line)
    landing.count(f"faulty {tag.lower()[:-1]} lines", len(broken))
    files[max(files) + 1] = []  # the last one holds nothing
    for slot, lines in sorted(files.items()):
        start = slot * span
        to_ms = start + span + rng.randrange(MINUTE, 5 * MINUTE)
        month = datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m")
        end = b"\r\n" if slot % 40 == 6 else b"\n"
        gz = slot % 6 != 0
        landing.write(feed, f"{month}/{file_name(tag, start, to_ms, 'a', gz=gz)}", lines, end=end)
