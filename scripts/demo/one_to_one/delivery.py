"""From what happened to what arrives when: pulls that overlap, stragglers, corrections, bad lines."""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from demo.landing import DAY, HOUR, MINUTE, Landing, file_name, to_line
from demo.one_to_one import stories
from demo.one_to_one.plans import ShopPlan
from demo.one_to_one.traffic import Traffic

Json = dict[str, Any]
EVENTS = "one_to_one/events"
ORDERS = "one_to_one/orders"


class Delivery:
    """Writes the files of one shop."""

    def __init__(self, landing: Landing, seed: int, plan: ShopPlan) -> None:
        self.landing = landing
        self.plan = plan
        self.rng = random.Random(f"{seed} one_to_one delivery {plan.account_id}")

    def events(self, traffic: Traffic) -> None:
        """A pull a day that reaches two hours back; some events days late, a few corrected."""
        files: dict[int, list[Json]] = defaultdict(list)
        for row in sorted(traffic.events, key=lambda row: (row["occurred_at"], row["event_id"])):
            slot = row["occurred_at"] // DAY
            if self.rng.random() < 0.01:
                slot += self.rng.randrange(1, 6)
            files[slot].append(row)
            if row["occurred_at"] // DAY != (row["occurred_at"] + 2 * HOUR) // DAY:
                files[slot + 1].append(row)
            if "agent_name" in row["payload"] and self.rng.random() < 0.01:
                files[slot].append(row | {"payload": row["payload"] | {"agent_name": None}})
                files[slot + 2].append(row)
        self._write(EVENTS, "Events", DAY, files, self._event_faults(traffic.events[0]))

    def orders(self, traffic: Traffic) -> None:
        """A pull every three days; the first tag of an order may come after its reload."""
        span = 3 * DAY
        overtaken = {stories.OVERTAKEN}
        files: dict[int, list[Json]] = defaultdict(list)
        for row in sorted(traffic.tags, key=lambda row: (row["occurred_at"], row["order_id"])):
            slot = row["occurred_at"] // span
            late = row["order_id"] in overtaken or self.rng.random() < 0.03
            overtaken.discard(row["order_id"])
            files[slot + 3 if late else slot].append(row)
            if self.rng.random() < 0.02:
                files[slot + 1].append(row)
        self._write(ORDERS, "Orders", span, files, self._order_faults(traffic.tags[0]))

    def _event_faults(self, good: Json) -> list[bytes]:
        strange = copy.deepcopy(good) | {"event_id": "ev-shown", "event_name": "shown"}
        bare = copy.deepcopy(good) | {"event_id": "ev-bare", "payload": None, "visitor_id": "null"}
        return [*_bad(good, "event_id"), to_line(strange), to_line(bare)]

    def _order_faults(self, good: Json) -> list[bytes]:
        return [*_bad(good, "order_id"), to_line(good | {"account_id": "NA"})]

    def _write(
        self, feed: str, tag: str, span: int, files: dict[int, list[Json]], faults: list[bytes]
    ) -> None:
        """Most pulls gzipped, some plain, one with Windows line ends, one without a line."""
        by_slot = {slot: [to_line(row) for row in rows] for slot, rows in files.items()}
        filled = sorted(by_slot)
        for fault in faults:
            lines = by_slot[self.rng.choice(filled)]
            lines.insert(self.rng.randrange(len(lines) + 1), fault)
        self.landing.count(f"odd {feed} lines", len(faults))
        by_slot[filled[-1] + 1] = []
        for slot, lines in sorted(by_slot.items()):
            start = slot * span
            to_ms = start + span + self.rng.randrange(2 * MINUTE, 20 * MINUTE)
            month = datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m")
            name = file_name(tag, start - 2 * HOUR, to_ms, "collector-0", gz=slot % 5 != 0)
            end = b"\r\n" if slot % 30 == 7 else b"\n"
            self.landing.write(feed, f"{self.plan.account_id}/{month}/{name}", lines, end=end)


def _bad(good: Json, key: str) -> list[bytes]:
    """One line for each reason of quarantine that this feed can have."""
    line = to_line(good)
    broken = line.replace(b'":', b'\xff\xfe":', 1)
    keyless, timeless = good | {key: "undefined"}, good | {"occurred_at": "soon"}
    return [broken, line[: len(line) // 2], b'["ping"]', to_line(keyless), to_line(timeless)]
