"""Masks the rows of a warehouse: ids that were erased become their tokens wherever they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from parley.landing.files import LandingRoot
from parley.landing.keys import json_in_key_order
from parley.landing.lines import read_lines
from parley.landing.rewriting import Rewriting
from parley.marts import identifier
from parley.privacy.columns import (
    CHANGED,
    IDS,
    KEYS,
    LISTED,
    OF_AGENTS,
    RowMask,
    answer_number,
    ids_of,
)
from parley.privacy.ledger import ALL, NONE, Ledger, Member, Request
from parley.privacy.records import AGENTS, EVENT, ORDER, PARTS, SHORTEST_PART, TOKEN, Mask
from parley.privacy.rewriter import Rewriter

SCHEMAS = ("staging", "intermediate", "marts", "parley_state")
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


class Tables:
    """The tables of a warehouse that hold persons, and what in them was erased."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, rewriter: Rewriter, ledger: Ledger
    ) -> None:
        self.connection = connection
        self._rewriter = rewriter
        self._ledger = ledger
        self.columns: dict[tuple[str, str], dict[str, str]] = {}
        rows = connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where database_name = current_database() and list_contains($schemas, schema_name)"
            "  and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())"
            " order by all",
            {"schemas": list(SCHEMAS)},
        ).fetchall()
        for schema, table, column, kind in rows:
            self.columns.setdefault((schema, table), {})[column] = kind
        self._members: dict[tuple[str, str], list[Member]] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._find_ids()

    def has(self, table: str) -> bool:
        """Whether a model of staging was built."""
        return ("staging", table) in self.columns

    def _find_ids(self) -> None:
        """Every value of the warehouse that was erased and still is there, into a table of the session."""
        found: dict[str, list[str]] = {}
        for (schema, table), columns in self.columns.items():
            place = f"{schema}.{identifier(table)}"
            for column, groups in ids_of(table, columns).items():
                for group in groups:
                    found.setdefault(group, []).append(f"select {column} as value from {place}")
            if table == CHANGED:
                for column, groups in IDS.items():
                    for group in groups:
                        found.setdefault(group, []).append(
                            f"select changed_value as value from {place} where column_name = '{column}'"
                        )
            for (column, name), group in LISTED.items():
                if columns.get(column, "").startswith("STRUCT("):
                    found.setdefault(group, []).append(
                        f"select unnest(list_transform({column}, lambda one: one.{name})) as value from {place}"
                    )
        rows: list[tuple[str, str, str]] = []
        for group, queries in found.items():
            query = f"select distinct value from ({' union all '.join(queries)}) where value is not null"
            for (value,) in self.connection.execute(query).fetchall():
                if value.startswith(TOKEN):
                    continue
                for account in self._rewriter.accounts_of(group, value):
                    rows.append((account, group, value))
        names = ("account", "grp", "value")
        table = pa.table(
            {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
        )
        self.connection.register("erased_batch", table)
        self.connection.execute("create or replace temp table erased_ids as from erased_batch")
        self.connection.unregister("erased_batch")
        self.connection.execute(
            "create or replace temp table erased_keys (account varchar, old varchar)"
        )
        self._parts = sorted({value for _, _, value in rows if len(value) >= SHORTEST_PART})
        self._known_parts: dict[str, dict[str, str]] = {}
        self._orders = [(account, value) for account, group, value in rows if group == ORDER]

    def note_keys(self, keys: dict[str, str]) -> None:
        """Note keys made of a record's content, old and new; those made of orders' ids are known."""
        self._keys = {("", old): new for old, new in keys.items()}
        for account, value in self._orders:
            member = self._rewriter.find(ORDER, account, value)
            token = self._rewriter.token(member, ORDER, value) if member else None
            if token:
                beginnings = ("order ", f"{len(account)}/{account}/")
                for beginning in beginnings:
                    self._keys[account, f"{beginning}{value}"] = f"{beginning}{token}"
        rows = list(self._keys)
        names = ("account", "old")
        batch = {
            name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)
        }
        self.connection.register("key_batch", pa.table(batch))
        self.connection.execute("create or replace temp table erased_keys as from key_batch")
        self.connection.unregister("key_batch")

    def condition(self, schema: str, table: str) -> str | None:
        """Which rows of a table hold an erased id; None where it can hold none."""
        columns = self.columns[schema, table]
        account = (
            "(erased.account = t.account_id or t.account_id is null)"
            if "account_id" in columns
            else "true"
        )
        found = []
        for column, groups in ids_of(table, columns).items():
            names = ", ".join(f"'{group}'" for group in groups)
            # an event keeps its id; it is looked for where a text may stand beside it
            also = " and t.feedback is not null" if groups == (EVENT,) else ""
            if also and "feedback" not in columns:
                continue
            for sender in ("sent_by", "sender"):
                if column == "participant_id" and sender in columns:
                    also += f" and {is_no_agents(f't.{sender}')}"
            found.append(
                f"exists (select 1 from erased_ids as erased where erased.grp in ({names})"
                f" and erased.value = t.{column} and {account}){also}"
            )
        of_key = (
            "(erased.account in ('', t.account_id) or t.account_id is null)"
            if "account_id" in columns
            else "true"
        )
        for column in KEYS:
            if columns.get(column) == "VARCHAR":
                found.append(
                    "exists (select 1 from erased_keys as erased"
                    f" where erased.old = t.{column} and {of_key})"
                )
        if table == CHANGED:
            found = [self._changed(account, of_key)]
        for (column, name), group in LISTED.items():
            kind = columns.get(column, "")
            if kind.startswith("STRUCT("):
                listed = f"t.{column}"
                if column == "messages":
                    listed = f"list_filter({listed}, lambda one: {is_no_agents('one.sent_by')})"
                listed = f"list_transform({listed}, lambda one: one.{name})"
                found.append(
                    "exists (select 1 from erased_ids as erased where"
                    f" erased.grp = '{group}' and list_contains({listed}, erased.value) and {account})"
                )
            elif kind == "VARCHAR":
                found.append(
                    "exists (select 1 from erased_ids as erased where"
                    f" erased.grp = '{group}' and contains(t.{column}, '\"' || erased.value || '\"')"
                    f" and {account})"
                )
        return " or ".join(found) or None

    @staticmethod
    def _changed(account: str, of_key: str) -> str:
        """Which values of the ledger of builds were erased: those of the columns that hold such ids."""
        found = []
        for column, groups in IDS.items():
            names = ", ".join(f"'{group}'" for group in groups)
            models = " and ".join(f"not starts_with(t.model_name, '{one}')" for one in OF_AGENTS)
            found.append(
                f"t.column_name = '{column}' and {models} and exists (select 1 from erased_ids as erased"
                f" where erased.grp in ({names}) and erased.value = t.changed_value and {account})"
            )
        keys = ", ".join(f"'{column}'" for column in KEYS)
        found.append(
            f"t.column_name in ({keys}) and exists (select 1 from erased_keys as erased"
            f" where erased.old = t.changed_value and {of_key})"
        )
        return " or ".join(f"({one})" for one in found)

    def counts(self) -> dict[str, int]:
        """How many rows of each table hold an erased id."""
        found = {}
        for schema, table in self.columns:
            condition = self.condition(schema, table)
            if condition is None:
                continue
            row = self.connection.execute(
                f"select count(*) from {schema}.{identifier(table)} as t where {condition}"
            ).fetchone()
            if row and row[0]:
                found[f"{schema}.{table}"] = int(row[0])
        return found

    def remove(self) -> None:
        """Delete every row that holds an erased id, of tables that no build computes anew."""
        for schema, table in self.columns:
            if condition := self.condition(schema, table):
                self.connection.execute(
                    f"delete from {schema}.{identifier(table)} as t where {condition}"
                )

    def mask(self) -> dict[str, int]:
        """Mask every row that holds an erased id; rows by table."""
        return {
            f"{schema}.{table}": rows
            for schema, table in self.columns
            if (rows := self._mask_table(schema, table))
        }

    def _mask_table(self, schema: str, table: str) -> int:
        condition = self.condition(schema, table)
        if condition is None:
            return 0
        place = f"{schema}.{identifier(table)}"
        rows = self.connection.execute(
            f"select rowid as parley_row, t.* from {place} as t where {condition}"
        ).to_arrow_table()
        if not rows.num_rows:
            return 0
        before = rows.to_pylist()
        after = [self._masked(table, row) for row in before]
        changed = [
            name
            for name in rows.column_names
            if any(old[name] != new[name] for old, new in zip(before, after, strict=True))
        ]
        if changed:
            schema_of = pa.schema([rows.schema.field(name) for name in ["parley_row", *changed]])
            self.connection.register("masked_rows", pa.Table.from_pylist(after, schema_of))
            updates = ", ".join(
                f"{identifier(name)} = masked.{identifier(name)}" for name in changed
            )
            self.connection.execute(
                f"update {place} set {updates} from masked_rows as masked"
                f" where {identifier(table)}.rowid = masked.parley_row"
            )
            self.connection.unregister("masked_rows")
        return len(before)

    def _masked(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        if table == CHANGED:
            # the value as the column that it is of, and back
            column = row["column_name"]
            value = {"account_id": row["account_id"], column: row["changed_value"]}
            return row | {"changed_value": self._masked("", value)[column]}
        account = row.get("account_id") or ""
        members = [
            member
            for column, groups in ids_of(table, dict.fromkeys(row, "VARCHAR")).items()
            for group in groups
            if row[column] is not None
            and (member := self._rewriter.find(group, account, row[column])) is not None
        ]
        is_emptied = any(member.level == ALL for member in members)

        def lookup(group: str, value: str) -> str | None:
            member = self._rewriter.find(group, account, value)
            return self._rewriter.token(member, group, value) if member else None

        parts: dict[str, str] = {}
        if any(member.level != NONE for member in members):
            parts = self._parts_of(account)
        mask = RowMask(lookup, Mask(lookup, parts, bool(parts) or is_emptied), is_emptied)
        found: dict[str, Any] = {}
        for name, value in row.items():
            if name in KEYS and (key := self._key(account, value)) is not None:
                found[name] = key
            elif table.startswith("int_landing__") or name == "raw_line":
                found[name] = value
            else:
                found[name] = mask.of(name, value, row)
        if "answer_number" in found and found.get("answer_text") != row.get("answer_text"):
            found["answer_number"] = answer_number(found["answer_text"])
        return found

    def _key(self, account: str, value: str | None) -> str | None:
        """What a key is called now; None where it is called as before."""
        if value is None:
            return None
        return self._keys.get(("", value)) or self._keys.get((account, value))

    def _parts_of(self, account: str) -> dict[str, str]:
        known = self._known_parts
        if account not in known:
            known[account] = {}
            for value in self._parts:
                for group in PARTS:
                    member = self._rewriter.find(group, account, value)
                    token = self._rewriter.token(member, group, value) if member else None
                    if token:
                        known[account].setdefault(value, token)
        return known[account]


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


def is_no_agents(sender: str) -> str:
    """A condition that keeps messages of others than agents, whose ids are no persons' here."""
    return f"coalesce(lower({sender}) not in {AGENTS}, true)"


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
    """The lines of files as the warehouse would read them now."""
    for batch in read_lines(root, feed, names, {}, rewriting=rewriting):
        for row in batch.select(["file_name", "line_number", "line"]).to_pylist():
            yield row["file_name"], row["line_number"], row["line"]


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
        now = {(name, number): line for name, number, line in lines_now(root, feed, names, None)}
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
