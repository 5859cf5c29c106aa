"""The door: files, lines, quarantine, the version rule and the audit of every feed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import values as v
from .attentive import EVENTS, ORDERS, event_key, order_key
from .readings import Readings

WEB_SESSIONS = "liveperson/web_sessions"
MESSAGING = "liveperson/messaging_interactions"
STATUS_CHANGES = "liveperson/agent_status_changes"
CONFIGURATION = "liveperson/configuration"
ONE_TO_ONE_EVENTS = "one_to_one/events"
ONE_TO_ONE_ORDERS = "one_to_one/orders"
LIVEPERSON = (WEB_SESSIONS, MESSAGING, STATUS_CHANGES, CONFIGURATION)
ATTENTIVE = (EVENTS, ORDERS)
ONE_TO_ONE = (ONE_TO_ONE_EVENTS, ONE_TO_ONE_ORDERS)
FEEDS = (*LIVEPERSON, *ATTENTIVE, *ONE_TO_ONE)

#: Feeds in which the earliest event time counts, whenever it was delivered.
EARLIEST_COUNTS = frozenset({ONE_TO_ONE_ORDERS})

CONTAINERS = {MESSAGING: "conversationHistoryRecords", STATUS_CHANGES: "stateChanges"}
REASONS = (
    "line_too_long",
    "bad_encoding",
    "not_json",
    "not_an_object",
    "wrong_shape",
    "missing_key",
    "bad_event_time",
)

_FILE = re.compile(r"[^.]+\.(\d+)\.(\d+)\.(.+)\.(json|json\.gz|gz)", re.DOTALL | re.ASCII)
_DELIVERY_TIMES = range(946_684_800_000, 4_102_444_800_000)
_ACCOUNT_FOLDER = re.compile(r"(?:^|/)account_id=([^/]*)/")
_BOM = b"\xef\xbb\xbf"

Key = tuple[str, ...]
Parsed = tuple[Key | None, int | None]
Version = tuple[int, int, str, int, int]


@dataclass(frozen=True)
class Current:
    """The version of a record that counts."""

    account: str
    key: Key
    time_ms: int | None
    record: dict[str, Any]
    file_name: str
    line_number: int


@dataclass
class Line:
    """One physical line that is not blank: its valid record keys and its bad records' reasons."""

    number: int
    raw: bytes
    keys: list[tuple[Key, Version]] = dataclass_field(default_factory=list)
    reasons: list[str] = dataclass_field(default_factory=list)
    empty_page: bool = False


@dataclass
class Feed:
    """What a feed delivered: current records, audit rows, quarantined rows."""

    current: list[Current]
    audit: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]


class WrongShapeError(Exception):
    """A record container that is neither a list nor null."""


def web_session(record: dict[str, Any], _file: str) -> Parsed:
    """Key and event time of a closed visit."""
    collection = v.unwrap(record.get("recordCollection"))
    if collection is not None and not isinstance(collection, list):
        raise WrongShapeError
    account = v.identifier(v.field(record, "metaData", "accountId"))
    visit = header_value(record, "visitId")
    time_ms: int | None = None
    for type_name, body in bodies(record):
        if type_name != "WebSessionInfoData":
            continue
        stated = v.field(body, "sessionInfo", "sessionStartTime")
        if v.identifier(stated) is not None:
            time_ms = v.epoch_ms(stated)
            break
    else:
        time_ms = v.epoch_ms(v.field(record, "metaData", "startTime"))
    return ((account, visit) if account and visit else None), time_ms


def bodies(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(type name, body) of each record of a web session; the body is always wrapped."""
    for item in v.objects(record.get("recordCollection")):
        body = item.get("body")
        while isinstance(body, dict) and len(body) == 1:
            (key,) = body
            inner = v.unwrap(body[key])
            if key.startswith(v.NAMESPACE) and isinstance(inner, dict):
                yield key.removeprefix(v.NAMESPACE), inner
            break


def header_value(record: dict[str, Any], name: str) -> str | None:
    """The first value any header of the visit gives for a name."""
    for _, body in bodies(record):
        found = v.identifier(v.field(body, "header", name))
        if found is not None:
            return found
    return None


def conversation(record: dict[str, Any], _file: str) -> Parsed:
    """Key and event time of a conversation."""
    account = v.identifier(v.plain(record, "info", "brandId"))
    conversation_id = v.identifier(v.plain(record, "info", "conversationId"))
    time_ms = v.epoch_ms(v.plain(record, "info", "startTimeL"))
    return ((account, conversation_id) if account and conversation_id else None), time_ms


def status_change(record: dict[str, Any], file_name: str) -> Parsed:
    """Key and event time of a status change; the folder names the account."""
    folder = _ACCOUNT_FOLDER.search(file_name)
    account = v.identifier(folder[1]) if folder else None
    session = v.identifier(record.get("sessionId"))
    sequence = v.number(v.identifier(record.get("sequenceNumber")))
    time_ms = v.rfc3339_ms(record.get("time"))
    if account is None or session is None or sequence is None:
        return None, time_ms
    return (account, session, str(sequence)), time_ms


def entity(record: dict[str, Any], _file: str) -> Parsed:
    """Key of a configuration entity; it has no event time."""
    parts = [v.identifier(record.get(name)) for name in ("accountId", "entity", "id")]
    key = tuple(part for part in parts if part)
    return (key if len(key) == 3 else None), v.FIRST_USABLE_MS


def one_to_one_event(record: dict[str, Any], _file: str) -> Parsed:
    """Key and event time of an event of the widget."""
    return plain_key(record, "account_id", "event_id"), v.epoch_ms(record.get("occurred_at"))


def one_to_one_order(record: dict[str, Any], _file: str) -> Parsed:
    """Key and event time of a purchase tag."""
    return plain_key(record, "account_id", "order_id"), v.epoch_ms(record.get("occurred_at"))


def plain_key(record: dict[str, Any], *names: str) -> Key | None:
    """A key of top-level ids, all of which have to be there."""
    key = tuple(part for part in (v.identifier(record.get(name)) for name in names) if part)
    return key if len(key) == len(names) else None


PARSERS: dict[str, Callable[[dict[str, Any], str], Parsed]] = {
    WEB_SESSIONS: web_session,
    MESSAGING: conversation,
    STATUS_CHANGES: status_change,
    CONFIGURATION: entity,
    EVENTS: event_key,
    ORDERS: order_key,
    ONE_TO_ONE_EVENTS: one_to_one_event,
    ONE_TO_ONE_ORDERS: one_to_one_order,
}


def physical_lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbered physical lines that are not blank."""
    for index, raw in enumerate(content.split(b"\n"), start=1):
        if raw.strip().removeprefix(_BOM).strip():
            yield index, raw


def read_line(feed: str, raw: bytes) -> tuple[list[Any], str | None, bool]:
    """(records, reason of the whole line, empty page) of one line."""
    try:
        text = raw.strip().removeprefix(_BOM).strip().decode("utf-8")
    except UnicodeDecodeError:
        return [], "bad_encoding", False
    try:
        parsed = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return [], "not_json", False
    if not isinstance(parsed, dict):
        return [], "not_an_object", False
    container = CONTAINERS.get(feed)
    if container is None or container not in parsed:
        return [parsed], None, False
    page = parsed[container]
    if page is not None and not isinstance(page, list):
        return [], "wrong_shape", False
    return page or [], None, not page


def check(feed: str, file_name: str, record: Any) -> tuple[Key | None, int | None, str | None]:
    """(key, event time, reason) of one record; the reason is null where it is good."""
    if not isinstance(record, dict):
        return None, None, "wrong_shape"
    try:
        key, time_ms = PARSERS[feed](record, file_name)
    except WrongShapeError:
        return None, None, "wrong_shape"
    if key is None:
        return None, None, "missing_key"
    if not v.usable(time_ms):
        return None, None, "bad_event_time"
    return key, time_ms, None


def rank(feed: str, time_ms: int | None) -> int:
    """What goes before the version rule: the greater counts."""
    return -(time_ms or 0) if feed in EARLIEST_COUNTS else 0


def hidden(path: str) -> bool:
    """Whether a file or a folder on the way to it is hidden."""
    return any(part.startswith(".") for part in path.split("/"))


def delivery_time(base_name: str) -> int:
    """The third part of a name on the pattern."""
    matched = _FILE.fullmatch(base_name)
    assert matched
    return int(matched[2])


def unread_reason(base_name: str) -> str | None:
    """Why a file of a feed's folder is not read; nothing where it is."""
    if not base_name.endswith((".json", ".json.gz", ".gz")):
        return "unknown_ending"
    if not _FILE.fullmatch(base_name):
        return "name_off_pattern"
    if delivery_time(base_name) not in _DELIVERY_TIMES:
        return "unusable_delivery_time"
    return None


def unread_files(root: Path) -> list[dict[str, Any]]:
    """The files below the root that are no part of a feed; of links and of what is broken nothing is said."""
    rows = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or hidden(name) or name == "accounts.csv":
            continue
        known = any(name.startswith(f"{feed}/") for feed in FEEDS)
        reason = unread_reason(path.name) if known else "unknown_folder"
        if reason:
            rows.append({"path": name, "reason": reason, "bytes": path.stat().st_size})
    return rows


def read_feed(root: Path, feed: str, readings: Readings) -> Feed:
    """Read every file of a feed, apply the version rule and draw up the audit."""
    best: dict[Key, tuple[Version, Current]] = {}
    files: list[tuple[str, int, list[Line]]] = []
    folder = root / feed
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        file_name = path.relative_to(folder).as_posix()
        if not path.is_file() or hidden(file_name) or unread_reason(path.name):
            continue
        delivered = delivery_time(path.name)
        content = path.read_bytes()
        if path.name.endswith(".gz"):
            content = gzip.decompress(content)
        lines: list[Line] = []
        for line_number, raw in physical_lines(content):
            line = Line(line_number, raw)
            records, reason, line.empty_page = read_line(feed, raw)
            if reason:
                line.reasons.append(reason)
            for place, record in enumerate(records):
                key, time_ms, bad = check(feed, file_name, record)
                if key is None or bad:
                    line.reasons.append(bad or "missing_key")
                    continue
                version = (rank(feed, time_ms), delivered, file_name, line_number, place)
                line.keys.append((key, version))
                if key not in best or best[key][0] < version:
                    where = (file_name, line_number)
                    best[key] = (version, Current(key[0], key, time_ms, record, *where))
            lines.append(line)
        files.append((file_name, delivered, lines))
    winners = {key: version for key, (version, _) in best.items()}
    audit: list[dict[str, Any]] = []
    quarantined: list[dict[str, Any]] = []
    for file_name, delivered, lines in files:
        row = audit_row(feed, file_name, delivered, lines, winners)
        audit.append(row)
        quarantined.extend(
            quarantine_row(feed, file_name, line, readings) for line in lines if line.reasons
        )
    current = [best[key][1] for key in sorted(best)]
    return Feed(current, audit, quarantined)


def audit_row(
    feed: str, file_name: str, delivered: int, lines: list[Line], winners: dict[Key, Any]
) -> dict[str, Any]:
    """Count the lines of a file by class."""
    accepted = superseded = rejected = 0
    for line in lines:
        if line.empty_page or any(winners[key] == version for key, version in line.keys):
            accepted += 1
        elif line.keys:
            superseded += 1
        else:
            rejected += 1
    return {
        "feed": feed,
        "file_name": file_name,
        "lines_delivered": len(lines),
        "lines_accepted": accepted,
        "lines_superseded": superseded,
        "lines_quarantined": rejected,
        "delivered_at": v.instant(delivered),
    }


def quarantine_row(feed: str, file_name: str, line: Line, readings: Readings) -> dict[str, Any]:
    """The row of a line that holds something bad."""
    by_place = readings.page_reason == "place"
    reason = line.reasons[0] if by_place else min(line.reasons, key=REASONS.index)
    return {
        "feed": feed,
        "file_name": file_name,
        "line_number": line.number,
        "reason": reason,
        "raw_line": line.raw.removesuffix(b"\r").decode("utf-8", "replace"),
    }
