"""Masks the rows of a warehouse: ids that were erased become their tokens wherever they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import duckdb

from parley.landing.files import LandingRoot
from parley.landing.keys import json_in_key_order
from parley.landing.lines import read_lines
from parley.landing.rewriting import Rewriting
from parley.privacy.landed import check_unreadable, longest
from parley.privacy.ledger import Ledger, Request
from parley.privacy.rewriter import Rewriter
from parley.privacy.tables import Tables

#: The model of each feed's delivered records.
DELIVERIES = {
    "liveperson/web_sessions": "stg_liveperson__web_session_deliveries",
    "liveperson/messaging_interactions": "stg_liveperson__conversation_deliveries",
    "attentive/events": "stg_attentive__event_deliveries",
    "attentive/orders": "stg_attentive__order_deliveries",
    "one_to_one/events": "stg_one_to_one__event_deliveries",
    "one_to_one/orders": "stg_one_to_one__order_deliveries",
}
BY_CONTENT = {"attentive/events": "event_id", "attentive/orders": "order_key"}
Files = list[tuple[str, str]]


def changed_keys(
    tables: Tables, root: LandingRoot, files: Files, rewriting: Rewriting, ledger: Ledger
) -> dict[str, str]:
    """The keys of records that are known by their content, where it is another one now: old and new."""
    found: dict[str, str] = {}
    for feed, column in BY_CONTENT.items():
        table = DELIVERIES[feed]
        if not tables.has(table):
            continue
        names = sorted(name for of_feed, name in files if of_feed == feed)
        stored = dict_of_lines(tables.connection, table, column, names)
        for name, number, line in lines_now(root, feed, names, rewriting):
            old = stored.get((name, number))
            if old is not None:
                new = hashlib.md5(
                    json_in_key_order(line).encode(), usedforsecurity=False
                ).hexdigest()
                if new != old:
                    found[old] = new
        # of files that have gone nothing is read again: any other key will do
        condition = tables.condition("staging", table)
        rows = tables.connection.execute(
            f"select distinct {column} from staging.{table} as t"
            f" where {is_digest(column)} and ({condition})"
        ).fetchall()
        for (old,) in rows:
            found.setdefault(old, ledger.pseudonym("content", old))
    return found


def is_digest(column: str) -> str:
    """A condition that keeps keys made of a record's content."""
    return f"regexp_full_match({column}, '[0-9a-f]{{32}}')"


def dict_of_lines(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, names: list[str]
) -> dict[tuple[str, int], str]:
    """A column's values by file and line."""
    rows = connection.execute(
        f"select file_name, line_number, {column} from staging.{table}"
        f" where list_contains($names, file_name) and {is_digest(column)}",
        {"names": names},
    ).fetchall()
    return {(name, number): value for name, number, value in rows}


def lines_now(
    root: LandingRoot, feed: str, names: list[str], rewriting: Rewriting | None
) -> Iterator[tuple[str, int, str]]:
    """The lines of files as the warehouse would read them now, then a CommandError where some do not come."""
    unreadable: dict[str, str] = {}
    for batch in read_lines(root, feed, names, unreadable, longest(), rewriting):
        for row in batch.select(["file_name", "line_number", "line"]).to_pylist():
            yield row["file_name"], row["line_number"], row["line"]
    for name in unreadable:
        check_unreadable(root, f"{feed}/{name}")


def mask_raw_lines(tables: Tables, root: LandingRoot, files: Files, rewriter: Rewriter) -> int:
    """Rejected lines as they are now in their files or, where these have gone, masked; how many changed."""
    changed = 0
    for feed, table in DELIVERIES.items():
        if not tables.has(table):
            continue
        rows = tables.connection.execute(
            f"select rowid, file_name, line_number, raw_line from staging.{table} where raw_line is not null"
        ).fetchall()
        if not rows:
            continue
        journaled = {name for of_feed, name in files if of_feed == feed}
        names = sorted({name for _, name, _, _ in rows} & journaled)
        rejected = {(name, number) for _, name, number, _ in rows}
        now = {
            (name, number): line
            for name, number, line in lines_now(root, feed, names, None)
            if (name, number) in rejected
        }
        for row, name, number, raw in rows:
            new = now.get((name, number))
            if new is None:
                new = rewriter.line(feed, raw)
            if new is not None and new != raw:
                changed += 1
                tables.connection.execute(
                    f"update staging.{table} set raw_line = $new where rowid = $row",
                    {"new": new, "row": row},
                )
                if ("intermediate", "int_landing__quarantined_lines") in tables.columns:
                    tables.connection.execute(
                        "update intermediate.int_landing__quarantined_lines set raw_line = $new"
                        " where feed = $feed and file_name = $name and line_number = $number",
                        {"new": new, "feed": feed, "name": name, "number": number},
                    )
    return changed


def note_files(connection: duckdb.DuckDBPyConnection, root: LandingRoot, files: Files) -> None:
    """Tell the warehouse the size and time of files that were masked, so that they do not count as changed."""
    wanted = set(files)
    for file in root.listing().files:
        if (file.feed, file.file_name) in wanted:
            connection.execute(
                "update parley_state.landed_files set bytes = $bytes, modified_ns = $time"
                " where feed = $feed and file_name = $name",
                {
                    "bytes": file.bytes,
                    "time": file.modified_ns,
                    "feed": file.feed,
                    "name": file.file_name,
                },
            )


def note_log(connection: duckdb.DuckDBPyConnection, requests: list[Request]) -> None:
    """Bring the warehouse's log of erasures up to date, which the next build would do."""
    connection.execute("delete from staging.stg_landing__erasures")
    for request in requests:
        row = request.log()
        values = ", ".join(f"${name}" for name in row)
        connection.execute(
            f"insert into staging.stg_landing__erasures ({', '.join(row)}) values ({values})", row
        )
