"""From record versions to files: pages, overlapping deliveries, odd names and odd bytes."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

from .broken import broken_line, broken_record
from .dice import Dice

BOM = b"\xef\xbb\xbf"
FIRST_DELIVERY = 1_767_225_600_000
CONTAINERS = {
    "liveperson/messaging_interactions": "conversationHistoryRecords",
    "liveperson/agent_status_changes": "stateChanges",
}
OFF_PATTERN = (
    "notes.json",
    "Feed.1.2.json.bak",
    "Feed.abc.1767225600000.part.json",
    "Feed.1.1767225600000.part.csv",
    "README.txt",
    "Feed.1.part.json.gz.tmp",
    "Feed.1.1767225600000.json",
    "Feed.2026.1767225600000.1767225600000.part.json",
    "Feed.1.1767225600.part.gz",
    ".Feed.1.1767225600000.part.json",
    ".hidden/Feed.1.1767225600000.part.json",
)


@dataclass(frozen=True)
class LandedFile:
    """A file below the landing root; ``feed`` is empty for accounts.csv."""

    feed: str
    path: str
    content: bytes


@dataclass(frozen=True)
class Entry:
    """A record version, good or bad, on its way into a file."""

    account: str
    record: Any


def feed_files(
    dice: Dice, feed: str, label: str, versions: list[list[Entry]], folder: str = ""
) -> list[LandedFile]:
    """Spread the versions of a feed's records over a few overlapping deliveries."""
    count = dice.between(1, 4)
    delivered = [FIRST_DELIVERY + dice.pick((0, 0, 1, 3_600_000)) * (n // 2) for n in range(count)]
    slots: list[list[Entry]] = [[] for _ in range(count)]
    for chain in versions:
        first = 0 if dice.chance(0.8) else dice.between(0, count - 1)
        for step, entry in enumerate(chain):
            place = min(first + step, count - 1)
            if dice.chance(0.15):
                place = dice.between(0, count - 1)
            slots[place].append(entry)
            if dice.chance(0.15):
                slots[dice.between(0, count - 1)].append(entry)
    found = []
    for index, (to_ms, entries) in enumerate(zip(delivered, slots, strict=True)):
        name = f"{label}.{to_ms - 1000}.{to_ms}.{dice.pick(('part-00000-0', 'a.b', 'Z'))}-{index}"
        found.append(
            write(
                dice,
                feed,
                folder + dice.pick(("", "", "2026/01/", "b c/", "b/")),
                name,
                lines_of(dice, feed, entries),
            )
        )
    return found


def odd_files(dice: Dice, feed: str, label: str, lines: list[bytes]) -> list[LandedFile]:
    """Empty files, and files off the pattern that hold good lines."""
    found = []
    if dice.chance(0.5):
        content = dice.pick((b"", b"\n\r\n  \n", b"\r\n", BOM))
        stamp = f"{FIRST_DELIVERY}.{FIRST_DELIVERY + 5}"
        found.append(LandedFile(feed, f"{feed}/empty/{label}.{stamp}.empty.json", content))
    if dice.chance(0.5):
        name = f"{feed}/{label}.{FIRST_DELIVERY}.{FIRST_DELIVERY}.none.json.gz"
        found.append(LandedFile(feed, name, gzip.compress(b"", mtime=0)))
    if lines and dice.chance(0.7):
        content = b"\n".join(lines[:5]) + b"\n"
        folder = dice.pick((f"{feed}/", f"{feed}/{label}/"))
        found.append(LandedFile(feed, folder + dice.pick(OFF_PATTERN), content))
    if dice.chance(0.1):
        found.append(LandedFile(feed, f"{feed}s/{label}.1.{FIRST_DELIVERY}.x.json", b"{}"))
    return found


def lines_of(dice: Dice, feed: str, entries: list[Entry]) -> list[bytes]:
    """Pages or single records, with broken lines and records among them."""
    container = CONTAINERS.get(feed)
    lines: list[bytes] = []
    waiting = dice.shuffled(entries)
    accounts = [entry.account for entry in entries] or ["nobody"]
    while waiting:
        size = dice.between(1, 4) if container and dice.chance(0.5) else 0
        if not size:
            lines.append(dice.line(waiting.pop().record))
            continue
        page = [waiting.pop().record for _ in range(min(size, len(waiting)))]
        if dice.chance(0.12):
            bad = broken_record(dice, feed, dice.pick(accounts))
            page.insert(dice.between(0, len(page)), dice.pick((bad, bad, None, 5)))
        lines.append(dice.line({"_metadata": {"count": len(page)}, container: page}))
    if container and dice.chance(0.3):
        lines.insert(dice.between(0, len(lines)), dice.line({container: dice.pick(([], None))}))
    for _ in range(dice.pick((0, 0, 1, 3))):
        bad_line = broken_line(dice, feed, dice.pick(accounts))
        lines.insert(dice.between(0, len(lines)), bad_line)
    return lines


def write(dice: Dice, feed: str, folder: str, name: str, lines: list[bytes]) -> LandedFile:
    """The bytes of a file: blank lines, CRLF, byte-order mark, gzip."""
    spaced: list[bytes] = []
    for line in lines:
        if dice.chance(0.08):
            spaced.append(dice.pick((b"", b"  ", b"\t", b"\r")))
        spaced.append(line)
    newline = b"\r\n" if dice.chance(0.2) else b"\n"
    content = newline.join(spaced)
    if spaced and dice.chance(0.8):
        content += newline
    if dice.chance(0.1):
        content = BOM + content
    if dice.chance(0.4):
        path = f"{feed}/{folder}{name}{dice.pick(('.json.gz', '.gz'))}"
        return LandedFile(feed, path, gzip.compress(content, mtime=0))
    return LandedFile(feed, f"{feed}/{folder}{name}.json", content)
