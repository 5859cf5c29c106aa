"""Every landed record that holds persons, with the ids in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from parley.files import memory_limit
from parley.landing.files import LandingRoot
from parley.landing.lines import read_lines
from parley.marts import literal
from parley.privacy import json_text
from parley.privacy.landed import check_unreadable, longest
from parley.privacy.records import account_of, ids_in, records_of
from parley.privacy.shapes import (
    CONSUMER,
    CONVERSATION,
    EVENT,
    ORDER,
    PHONE,
    REQUEST,
    SHAPES,
    SHORTEST_PART,
    TOKEN,
    WEB,
)

_SCHEMA = pa.schema(
    [
        ("record", pa.int64()),
        ("feed", pa.string()),
        ("file_name", pa.string()),
        ("line_number", pa.int64()),
        ("account", pa.string()),
        ("grp", pa.string()),
        ("value", pa.string()),
    ]
)
_BROKEN = pa.schema(
    [*(_SCHEMA.field(name) for name in ("feed", "file_name", "line_number")), ("line", pa.string())]
)
_ROWS = 100_000
#: The ids of delivered records whose files have gone, as queries of (account, group, value) per row.
_STORED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "liveperson/web_sessions": (
        "stg_liveperson__web_session_deliveries",
        [
            (WEB, "[visit_id, visitor_id]"),
            (ORDER, "list_transform(goals, lambda goal: goal.order_id)"),
        ],
    ),
    "liveperson/messaging_interactions": (
        "stg_liveperson__conversation_deliveries",
        [
            (CONVERSATION, "[conversation_id]"),
            (WEB, "[session_id]"),
            (CONSUMER, "list_transform(consumer_participants, lambda one: one.participant_id)"),
        ],
    ),
    "attentive/events": ("stg_attentive__event_deliveries", [(PHONE, "[phone]")]),
    "attentive/orders": (
        "stg_attentive__order_deliveries",
        [(PHONE, "[phone]"), (ORDER, "[order_id]")],
    ),
    "one_to_one/events": (
        "stg_one_to_one__event_deliveries",
        [(WEB, "[visitor_id]"), (REQUEST, "[request_id]"), (EVENT, "[event_id]")],
    ),
    "one_to_one/orders": (
        "stg_one_to_one__order_deliveries",
        [(WEB, "[visitor_id]"), (ORDER, "[order_id]")],
    ),
}

Say = Callable[[str], None]
Key = tuple[str, str]


class Links:
    """Every record of the feeds that hold persons, and the ids in it; read once, asked many times.

    What does not fit in memory goes into the folder `spill`.
    """

    def __init__(
        self,
        root: LandingRoot,
        warehouse: duckdb.DuckDBPyConnection | None,
        spill: Path,
        say: Say,
    ) -> None:
        self._found = duckdb.connect(config={"temp_directory": str(spill)})
        self._found.execute(f"set memory_limit = {literal(memory_limit())}")
        self._found.execute(
            "create table links (record bigint, feed varchar, file_name varchar, line_number bigint,"
            " account varchar, grp varchar, value varchar)"
        )
        self._found.execute(
            "create table broken (feed varchar, file_name varchar, line_number bigint, line varchar)"
        )
        self._records = 0
        listed = root.listing().sizes
        for feed in SHAPES:
            sizes = listed[feed]
            if sizes:
                say(f"Reading {len(sizes):,} files of {feed}")
            unreadable: dict[str, str] = {}
            self._add(self._landed(root, feed, sizes, unreadable))
            for name in unreadable:
                check_unreadable(root, f"{feed}/{name}")
            if warehouse is not None:
                self._add(self._stored(warehouse, feed, list(sizes)))

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._records

    def _add(self, rows: Iterator[tuple[Any, ...]]) -> None:
        while held := list(islice(rows, _ROWS)):
            self._store("links", _SCHEMA, held)

    def _store(self, table: str, schema: pa.Schema, rows: list[tuple[Any, ...]]) -> None:
        """Add rows to a table, all at once: one by one, a hundred thousand take minutes."""
        columns = [
            pa.array(column, kind.type)
            for column, kind in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        self._found.register("batch", pa.Table.from_arrays(columns, schema=schema))
        self._found.execute(f"insert into {table} select * from batch")
        self._found.unregister("batch")

    def _landed(
        self, root: LandingRoot, feed: str, sizes: dict[str, int], unreadable: dict[str, str]
    ) -> Iterator[tuple[Any, ...]]:
        shape = SHAPES[feed]
        found = read_lines(root, feed, list(sizes), unreadable, longest(), sizes=sizes)
        for batch in found:
            broken = []
            for row in batch.select(["file_name", "line_number", "line"]).to_pylist():
                try:
                    document = json_text.read(row["line"])
                    is_read = json_text.is_characters(row["line"], document)
                except (ValueError, RecursionError):
                    document, is_read = None, False
                if not is_read:  # it may have an id where none is looked for
                    broken.append((feed, row["file_name"], row["line_number"], row["line"]))
                    if document is None:
                        continue
                for record in records_of(feed, document):
                    self._records += 1
                    account = account_of(feed, record)
                    for group, value in set(ids_in(record, shape)):
                        if not value.startswith(TOKEN):
                            place = (row["file_name"], row["line_number"])
                            yield (self._records, feed, *place, account, group, value)
            if broken:
                self._store("broken", _BROKEN, broken)

    def _stored(
        self, warehouse: duckdb.DuckDBPyConnection, feed: str, names: list[str]
    ) -> Iterator[tuple[Any, ...]]:
        table, columns = _STORED[feed]
        if not warehouse.execute(
            "select 1 from duckdb_tables() where schema_name = 'staging' and table_name = $table",
            {"table": table},
        ).fetchone():
            return
        values = ", ".join(f"{expression} as {group}_ids" for group, expression in columns)
        warehouse.register("landed_names", pa.table({"file_name": pa.array(names, pa.string())}))
        found = warehouse.execute(
            f"select file_name, line_number, coalesce(account_id, '') as account, {values} from staging.{table}"
            " where file_name not in (select file_name from landed_names)"
        )
        while rows := found.fetchmany(10_000):
            for name, number, account, *lists in rows:
                self._records += 1
                for (group, _), ids in zip(columns, lists, strict=True):
                    for value in set(ids or ()):
                        if value is not None and not value.startswith(TOKEN):
                            yield (self._records, feed, name, number, account, group, value)
        warehouse.unregister("landed_names")

    def values(self, groups: Iterable[str], account: str) -> list[Key]:
        """The distinct ids of some groups in an account's records."""
        return self._found.execute(
            "select distinct grp, value from links"
            " where list_contains($groups, grp) and account in ('', $account)",
            {"groups": sorted(groups), "account": account},
        ).fetchall()

    def with_ids(self, ids: Iterable[Key], account: str) -> list[tuple[int, str, list[Key]]]:
        """The account's records that hold any of the ids: number, feed and all their ids."""
        keys = sorted(set(ids))
        wanted = pa.table(
            {
                "grp": pa.array([group for group, _ in keys], pa.string()),
                "value": pa.array([value for _, value in keys], pa.string()),
            }
        )
        self._found.register("wanted", wanted)
        rows = self._found.execute(
            "select record, any_value(feed), list({'grp': grp, 'value': value}) from links"
            " where record in (select record from links inner join wanted using (grp, value)"
            "                  where account in ('', $account))"
            " group by record order by record",
            {"account": account},
        ).fetchall()
        self._found.unregister("wanted")
        return [
            (record, feed, [(one["grp"], one["value"]) for one in found])
            for record, feed, found in rows
        ]

    def broken_with(self, values: Iterable[str]) -> dict[Key, set[int]]:
        """Lines that are no JSON and have one of the values in them."""
        found: dict[Key, set[int]] = {}
        for value in values:
            if len(value) >= SHORTEST_PART:
                for feed, name, number in self._found.execute(
                    "select feed, file_name, line_number from broken where contains(line, $value)",
                    {"value": value},
                ).fetchall():
                    found.setdefault((feed, name), set()).add(number)
        return found

    def lines_of(self, records: Iterable[int]) -> dict[Key, set[int]]:
        """The files of records, as feed and name, and the lines in them."""
        self._found.register("chosen", pa.table({"record": pa.array(sorted(records), pa.int64())}))
        rows = self._found.execute(
            "select feed, file_name, list(distinct line_number) from links"
            " where record in (select record from chosen) group by all order by all"
        ).fetchall()
        self._found.unregister("chosen")
        return {(feed, name): set(numbers) for feed, name, numbers in rows}
