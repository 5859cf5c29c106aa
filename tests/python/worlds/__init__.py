"""Small, nasty worlds: landed files in which everything collides.

``make_world(seed, accounts)`` draws each account from its own stream, so that account 7 of a seed
holds the same records however many accounts there are; accounts are independent worlds that share
files. ``contentious=True`` adds what the contract leaves open (ties nobody breaks, dialogs of
another type, participants without a time): expect differences there. ``attentive`` accounts of the
text messaging vendor stand beside the others, drawn from streams of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from . import attentive as texting
from .cast import Cast, make_cast
from .config import entities
from .dice import Dice
from .layout import Entry, LandedFile, feed_files, lines_of, odd_files
from .messaging import conversations
from .status import status_changes
from .web import visits

ACCOUNT_COLUMNS = (
    "account_id",
    "account_name",
    "system",
    "timezone",
    "currency",
    "provider_account_id",
    "transcript_sharing",
    "cross_session_window_days",
    "touch_rule",
    "agent_credit",
    "control_group_share",
    "concierge_idle_hours",
    "concierge_attribution_days",
    "one_to_one_attribution_days",
)
SHARED_FEEDS = {
    "liveperson/web_sessions": ("WebSession", visits),
    "liveperson/messaging_interactions": ("MessagingInteractions", conversations),
    "liveperson/configuration": ("Configuration", entities),
}
STATUS_FEED = "liveperson/agent_status_changes"
TEXT_FEEDS = {
    texting.EVENTS: ("Event", texting.events),
    texting.ORDERS: ("Order", texting.orders),
}
ACCOUNTS_A_FILE = 8
TEXTING_FROM = 50_000


def account_name(seed: int, index: int, first: int = 10_000) -> str:
    """The id of an account: digits for most, so that it may arrive as a number."""
    text = f"{seed % 10_000 + first}{index:03d}"
    return f"qa{text}" if index % 5 == 4 else text


def make_world(
    seed: int, accounts: int = 1, contentious: bool = False, attentive: int = 0
) -> list[LandedFile]:
    """The landed files of a world; the first is accounts.csv."""
    casts = [
        make_cast(account_name(seed, index), f"{seed}/{index}", contentious)
        for index in range(accounts)
    ]
    dice = Dice(f"{seed}/files", mess=0.2)
    files = [accounts_csv(dice, casts)]
    for first in range(0, len(casts), ACCOUNTS_A_FILE):
        group = casts[first : first + ACCOUNTS_A_FILE]
        folder = "" if first == 0 else f"group {first}/"
        for feed, (label, build) in SHARED_FEEDS.items():
            chains = [
                [Entry(cast.account, record) for record in versions]
                for cast in group
                for versions in build(cast)
            ]
            files += feed_files(dice, feed, label, chains, folder)
            if first == 0:
                files += odd_files(dice, feed, label, lines_of(dice, feed, list(chain(*chains))))
    for cast in casts:
        files += status_files(dice, cast)
    return with_texting(files, seed, attentive) if attentive else files


def with_texting(files: list[LandedFile], seed: int, number: int) -> list[LandedFile]:
    """The files, and those of accounts of the text messaging vendor: all of other dice."""
    brands = [
        texting.make_brand(account_name(seed, index, TEXTING_FROM), f"{seed}/t{index}")
        for index in range(number)
    ]
    dice = Dice(f"{seed}/text files", mess=0.2)
    settings = [
        {"account_id": brand.account, **brand.settings}
        for brand in dice.shuffled(brands)
        if brand.listed
    ]
    accounts, *others = files
    found = [LandedFile("", accounts.path, accounts.content + rows_of(settings)), *others]
    for first in range(0, number, ACCOUNTS_A_FILE):
        group = brands[first : first + ACCOUNTS_A_FILE]
        folder = "" if first == 0 else f"group {first}/"
        for feed, (label, build) in TEXT_FEEDS.items():
            chains = [
                [Entry(brand.account, one) for one in versions]
                for brand in group
                for versions in build(brand)
            ]
            found += feed_files(dice, feed, label, chains, folder)
            if first == 0:
                found += odd_files(dice, feed, label, lines_of(dice, feed, list(chain(*chains))))
    return found


def rows_of(settings: Iterable[dict[str, str]]) -> bytes:
    """Lines of accounts.csv."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ACCOUNT_COLUMNS, restval="")
    writer.writerows(settings)
    return out.getvalue().encode()


def status_files(dice: Dice, cast: Cast) -> list[LandedFile]:
    """The status changes of an account below its own folder; sometimes one nobody owns."""
    chains = [
        [Entry(cast.account, record) for record in versions] for versions in status_changes(cast)
    ]
    if not chains and dice.chance(0.7):
        return []
    folder = dice.pick(("", "eu/", "a/b/")) + f"account_id={cast.account}/"
    if dice.chance(0.02):
        folder = f"account/{cast.account}/"
    return feed_files(dice, STATUS_FEED, "StatusChanges", chains, folder)


def accounts_csv(dice: Dice, casts: Sequence[Cast]) -> LandedFile:
    """The settings; some accounts are missing, some are there twice (the last row counts)."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ACCOUNT_COLUMNS, restval="")
    writer.writeheader()
    for cast in dice.shuffled(casts):
        if not cast.listed:
            continue
        if dice.chance(0.05):
            other = cast.settings | {"timezone": "Asia/Tokyo", "cross_session_window_days": "2"}
            writer.writerow({"account_id": cast.account, **other})
        writer.writerow({"account_id": cast.account, **cast.settings})
    return LandedFile("", "accounts.csv", out.getvalue().encode())


def deliveries(files: Sequence[LandedFile], batches: int, seed: int) -> list[list[LandedFile]]:
    """Split the files into batches in any order; accounts.csv comes with the first."""
    dice = Dice(f"{seed}/deliveries")
    found: list[list[LandedFile]] = [[] for _ in range(batches)]
    for file in dice.shuffled(files):
        found[0 if not file.feed else dice.between(0, batches - 1)].append(file)
    return found


def write_world(files: Iterable[LandedFile], root: Path) -> None:
    """Put the files below a landing root."""
    for file in files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


__all__ = ["LandedFile", "deliveries", "make_world", "write_world"]
