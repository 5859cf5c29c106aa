"""Small, nasty worlds: landed files in which everything collides.

``make_world(seed, accounts)`` draws each account from its own stream, so that account 7 of a seed
holds the same records however many accounts there are; accounts are independent worlds that share
files. ``accounts`` are LivePerson's; ``attentive`` and ``one_to_one`` add so many of those systems,
drawn from streams and in files of their own. ``contentious=True`` adds what the contract leaves
open (ties nobody breaks, dialogs of another type, participants without a time): expect differences
there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from . import attentive as texting
from . import marketplace
from .cast import Cast, make_cast
from .config import entities
from .dice import Dice
from .layout import Entry, LandedFile, feed_files, lines_of, odd_files
from .messaging import conversations as messaging_conversations
from .one_to_one import EVENTS_FEED, ORDERS_FEED, events, orders
from .shops import ShopCast, make_shop
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
    "site_control_group_share",
    "concierge_idle_hours",
    "concierge_attribution_days",
    "one_to_one_attribution_days",
    "transcript_retention_days",
    "x_owner",
)


def conversations(cast: Cast) -> list[list[dict[str, Any]]]:
    """The versions of each conversation, those behind bots last."""
    chains = marketplace.overwritten(cast, messaging_conversations(cast))
    return chains + marketplace.behind_bots(cast)


SHARED_FEEDS = {
    "liveperson/web_sessions": ("WebSession", visits),
    "liveperson/messaging_interactions": ("MessagingInteractions", conversations),
    "liveperson/configuration": ("Configuration", entities),
}
SHOP_FEEDS = {EVENTS_FEED: ("Events", events), ORDERS_FEED: ("Orders", orders)}
STATUS_FEED = "liveperson/agent_status_changes"
TEXT_FEEDS = {
    texting.EVENTS: ("Event", texting.events),
    texting.ORDERS: ("Order", texting.orders),
}
ACCOUNTS_A_FILE = 8
TEXTING_FROM = 30_000


def account_name(seed: int, index: int, first: int = 10_000) -> str:
    """The id of an account: digits for most, so that it may arrive as a number."""
    text = f"{seed % 10_000 + first}{index:03d}"
    return f"qa{text}" if index % 5 == 4 else text


def make_world(
    seed: int,
    accounts: int = 1,
    contentious: bool = False,
    attentive: int = 0,
    one_to_one: int = 0,
) -> list[LandedFile]:
    """The landed files of a world; the first is accounts.csv."""
    casts = [cast_of(seed, index, contentious) for index in range(accounts)]
    dice = Dice(f"{seed}/files", mess=0.2)
    shops = [
        make_shop(shop_name(seed, index), f"{seed}/one_to_one/{index}")
        for index in range(one_to_one)
    ]
    files = [accounts_csv(dice, casts, shops)]
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
    files += shop_files(Dice(f"{seed}/one_to_one/files", mess=0.2), shops)
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


def shop_name(seed: int, index: int) -> str:
    """The id of a One-to-One account."""
    text = f"{seed % 10_000 + 50_000}{index:03d}"
    return f"shop-{text}" if index % 3 == 2 else text


def shop_files(dice: Dice, shops: Sequence[ShopCast]) -> list[LandedFile]:
    """The files of One-to-One accounts; a few accounts share them."""
    files = []
    for first in range(0, len(shops), ACCOUNTS_A_FILE):
        group = shops[first : first + ACCOUNTS_A_FILE]
        for feed, (label, build) in SHOP_FEEDS.items():
            chains = [
                [Entry(shop.account, record) for record in versions]
                for shop in group
                for versions in build(shop)
            ]
            files += feed_files(dice, feed, label, chains, f"group {first}/" if first else "")
            if first == 0:
                files += odd_files(dice, feed, label, lines_of(dice, feed, list(chain(*chains))))
    return files


def cast_of(seed: int, index: int, contentious: bool) -> Cast:
    """The cast of an account, with its place in the marketplace."""
    cast = make_cast(account_name(seed, index), f"{seed}/{index}", contentious)
    if cast.listed:
        cast.settings |= marketplace.settings(seed, index, lambda other: account_name(seed, other))
    return cast


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


def accounts_csv(dice: Dice, casts: Sequence[Cast], shops: Sequence[ShopCast] = ()) -> LandedFile:
    """The settings; some accounts are missing."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ACCOUNT_COLUMNS, restval="")
    writer.writeheader()
    for cast in dice.shuffled(casts):
        if not cast.listed:
            continue
        writer.writerow({"account_id": cast.account, **cast.settings})
    for shop in shops:
        if shop.listed:
            writer.writerow({"account_id": shop.account, **shop.settings})
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
