"""Other ways through life for the records of a world: other settings, packing and batches."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from oracle.landing import (
    CONTAINERS,
    FEEDS,
    STATUS_CHANGES,
    check,
    physical_lines,
    rank,
    read_feed,
    read_line,
)
from oracle.readings import DEFAULT
from parley.landing.files import LandingRoot
from worlds import LandedFile

from .records import DELIVERED, File, json_lines, landed, page

#: A subscriber's provider and consent change apart from its other settings.
PROVIDERS = ("", "provider-1", "provider-2")
CONSENT = ("", "yes", "TRUE", "1", "no", "0")


def other_settings(accounts: LandedFile, seed: int) -> File:
    """An accounts.csv that deals each account another one's settings, and takes all from some.

    Every account's consent is given, withdrawn or left out anew, and some change their provider.
    """
    dice = random.Random(f"{seed}/settings")
    rows = list(csv.DictReader(io.StringIO(accounts.content.decode())))
    dealt = dice.sample(rows, len(rows))
    accounts_named = [row["account_id"] for row in rows]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys() if rows else ["account_id"])
    writer.writeheader()
    for row, hand in zip(rows, dealt, strict=True):
        if dice.random() >= 0.8:
            writer.writerow({"account_id": row["account_id"]})
        else:
            own = {
                "account_id": row["account_id"],
                "provider_account_id": dice.choice(
                    (row["provider_account_id"], dice.choice(accounts_named), *PROVIDERS)
                ),
                "transcript_sharing": dice.choice(CONSENT),
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


def drops(root: Path, seed: int, rounds: int) -> list[list[File]]:
    """The records of a landing root that count, a few of each account one by one after the others.

    Half of the late ones had an earlier version among the others. So little is new in a round that
    a build which forgets to look at something is found out.
    """
    dice = random.Random(f"{seed}/drops")
    found: list[list[tuple[str, str, Any]]] = [[] for _ in range(rounds + 1)]
    by_account: dict[str, list[tuple[str, list[Any]]]] = {}
    for feed in FEEDS:
        for key, versions in all_versions(root, feed).items():
            by_account.setdefault(key[0], []).append((feed, versions))
    for account, records in sorted(by_account.items()):
        late = dice.sample(range(len(records)), min(rounds, len(records)))
        for place, (feed, versions) in enumerate(records):
            if place not in late:
                found[0].append((feed, account, versions[-1]))
                continue
            found[1 + late.index(place)].append((feed, account, versions[-1]))
            if dice.random() < 0.5 and len(versions) > 1:
                found[0].append((feed, account, dice.choice(versions[:-1])))
    return [files_of(number, batch) for number, batch in enumerate(found)]


def all_versions(root: Path, feed: str) -> dict[tuple[str, ...], list[Any]]:
    """Every valid record of a feed by its key, the version that counts last."""
    found: dict[tuple[str, ...], list[tuple[Any, Any]]] = {}
    for file in LandingRoot(str(root)).list_feed(feed):
        path = root / feed / file.file_name
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" and content else content
        for number, raw in physical_lines(content):
            for place, record in enumerate(read_line(feed, raw)[0]):
                key, time_ms, reason = check(feed, file.file_name, record)
                if key and not reason:
                    delivery = (file.delivered_ms, file.file_name, number, place)
                    version = (rank(feed, time_ms), *delivery)
                    found.setdefault(key, []).append((version, plain(record)))
    return {
        key: [record for _, record in sorted(versions, key=lambda one: one[0])]
        for key, versions in found.items()
    }


def files_of(number: int, records: list[tuple[str, str, Any]]) -> list[File]:
    """A delivery: a file a feed, of status changes a file an account."""
    found: dict[tuple[str, str], list[Any]] = {}
    for feed, account, record in records:
        folder = f"account_id={account}/" if feed == STATUS_CHANGES else ""
        found.setdefault((feed, folder), []).append(record)
    return [
        landed(feed, json_lines(own), DELIVERED + number, f"drop-{number}", folder)
        for (feed, folder), own in found.items()
    ]


def plain(value: Any) -> Any:
    """The value with the oracle's exact numbers as JSON's own."""
    return json.loads(json.dumps(value, default=exact_number))


def exact_number(value: Any) -> float:
    """A decimal as the number whose text it was read from."""
    assert isinstance(value, Decimal)
    return float(value)
