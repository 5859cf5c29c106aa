"""The tables of a warehouse that hold persons: which rows, and what becomes of them."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from parley.marts import identifier
from parley.privacy.columns import (
    CHANGED,
    IDS,
    KEYS,
    LISTED,
    RowMask,
    answer_number,
    ids_of,
)
from parley.privacy.conditions import holds_erased, mentions_erased
from parley.privacy.ledger import ALL, NONE, Ledger, Member
from parley.privacy.masking import Mask
from parley.privacy.rewriter import Rewriter
from parley.privacy.shapes import ORDER, PARTS, SHORTEST_PART

SCHEMAS = ("staging", "intermediate", "marts", "parley_state")
#: How columns end that say of which date a row is; others begin a week or a month.
DATES = ("_day", "_date")
#: What holds rows: tables, and views of files, but no views of tables.
STORED = (
    "select (schema_name, table_name) from duckdb_tables()"
    " union all select (schema_name, view_name) from duckdb_views() where contains(sql, '.parquet')"
)


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
            f"  and (schema_name, table_name) in ({STORED})"
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
        return holds_erased(table, self.columns[schema, table])

    def _masked_rows(self, schema: str, table: str) -> str | None:
        """Which rows of a table are masked: in counts of clicks and requests an address says whose they are."""
        return self.condition(schema, table) or mentions_erased(self.columns[schema, table])

    def counts(self) -> dict[str, int]:
        """How many rows of each table hold an erased id."""
        found = {}
        for schema, table in self.columns:
            condition = self._masked_rows(schema, table)
            if condition is None:
                continue
            row = self.connection.execute(
                f"select count(*) from {schema}.{identifier(table)} as t where {condition}"
            ).fetchone()
            if row and row[0]:
                found[f"{schema}.{table}"] = int(row[0])
        return found

    def dates(self) -> list[str]:
        """The dates of rows that hold an erased id, in the zones of their accounts."""
        found: set[str] = set()
        for (schema, table), columns in self.columns.items():
            condition = self.condition(schema, table)
            for column, kind in columns.items():
                if condition and kind == "DATE" and column.endswith(DATES):
                    place = f"{schema}.{identifier(table)}"
                    rows = self.connection.execute(
                        f"select distinct {column} from {place} as t"
                        f" where {column} is not null and ({condition})"
                    ).fetchall()
                    found.update(str(day) for (day,) in rows)
        return sorted(found)

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
        condition = self._masked_rows(schema, table)
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
        columns = ids_of(table, dict.fromkeys(row, "VARCHAR"))
        members = [
            member
            for column, groups in columns.items()
            for group in groups
            if row[column] is not None
            and (member := self._rewriter.find(group, account, row[column])) is not None
        ]
        # a row without ids was found by what stands in its address
        is_emptied = not columns or any(member.level == ALL for member in members)

        def lookup(group: str, value: str) -> str | None:
            member = self._rewriter.find(group, account, value)
            return self._rewriter.token(member, group, value) if member else None

        parts: dict[str, str] = {}
        if not columns or any(member.level != NONE for member in members):
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
