"""Other ways through life for the records of a world: other settings, packing and batches."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from oracle.landing import CONTAINERS, FEEDS, STATUS_CHANGES, read_feed
from oracle.readings import DEFAULT
from worlds import LandedFile

from .records import File, json_lines, landed, page

#: What is not in accounts.csv's hands in a random world: a provider's subscribers, and bad values.
PROVIDERS = ("", "", "provider-1", "provider-2")


def other_settings(accounts: LandedFile, seed: int) -> File:
    """An accounts.csv that deals each account another one's settings; some accounts are gone."""
    dice = random.Random(f"{seed}/settings")
    rows = list(csv.DictReader(io.StringIO(accounts.content.decode())))
    dealt = dice.sample(rows, len(rows))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys() if rows else ["account_id"])
    writer.writeheader()
    for row, hand in zip(rows, dealt, strict=True):
        if dice.random() < 0.8:
            own = {
                "account_id": row["account_id"],
                "provider_account_id": dice.choice(PROVIDERS),
            }
            writer.writerow(hand | own)
    return File(accounts.path, out.getvalue().encode())


def batches_of(files: Sequence[LandedFile], count: int, seed: int) -> list[list[LandedFile]]:
    """The files in batches in any order; the one before the last holds nothing."""
    dice = random.Random(f"{seed}/batches")
    found: list[list[LandedFile]] = [[] for _ in range(count)]
    for file in files:
        found[dice.randrange(count)].append(file)
    return [*found[:-1], [], found[-1]]


def repacked(root: Path, seed: int) -> list[File]:
    """Only the records of a landing root that count, each once, anywhere and in any order."""
    dice = random.Random(f"{seed}/packing")
    files = []
    for feed in FEEDS:
        by_folder: dict[str, list[Any]] = {}
        for current in read_feed(root, feed, DEFAULT).current:
            folder = f"account_id={current.account}/" if feed == STATUS_CHANGES else ""
            by_folder.setdefault(folder, []).append(plain(current.record))
        for folder, records in by_folder.items():
            lines = dice.sample(records, len(records))
            if (container := CONTAINERS.get(feed)) and dice.random() < 0.5:
                lines = in_pages(dice, container, lines)
            cut = dice.randint(0, len(lines))
            for name, part in (("x", lines[:cut]), ("y", lines[cut:])):
                delivered_ms = dice.randint(1_600_000_000_000, 1_800_000_000_000)
                files.append(landed(feed, json_lines(part), delivered_ms, name, folder))
    return files


def in_pages(dice: random.Random, container: str, records: list[Any]) -> list[Any]:
    """The records in pages of a few."""
    pages = []
    while records:
        size = dice.randint(1, 5)
        pages.append(page(container, *records[:size]))
        records = records[size:]
    return pages


def plain(value: Any) -> Any:
    """The value with the oracle's exact numbers as JSON's own."""
    return json.loads(json.dumps(value, default=exact_number))


def exact_number(value: Any) -> float:
    """A decimal as the number whose text it was read from."""
    assert isinstance(value, Decimal)
    return float(value)
