"""The floor of One-to-One's benchmark: one DuckDB statement that parses every line of its feeds once."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench_floor import Structure, render, texts

EVENT: dict[str, Structure] = texts(
    "account_id event_id event_name occurred_at visitor_id page_url"
) | {
    "payload": texts(
        "request_id sender agent_id agent_name rating feedback status auto_message_id "
        "auto_message_name url"
    )
}
ORDER = texts("account_id order_id occurred_at visitor_id subtotal total_discounts")


def statement(root: Path) -> str:
    """The one statement, over the feeds that are there."""
    selects = [
        f"select count(from_json(line, '{render(structure)}')) as parsed from "
        f"(select cast(json as varchar) as line from read_ndjson_objects("
        f"'{root}/one_to_one/{feed}/**/*.json*', maximum_object_size = 67108864))"
        for feed, structure in (("events", EVENT), ("orders", ORDER))
        if any((root / "one_to_one" / feed).rglob("*.json*"))
    ]
    return "select sum(parsed) from (" + " union all ".join(selects) + ")"


def main() -> None:
    """Run the statement below the landing root named on the command line."""
    connection = duckdb.connect()
    connection.execute("set memory_limit = '3GB'; set preserve_insertion_order = false")
    print(connection.execute(statement(Path(sys.argv[1]))).fetchone())


if __name__ == "__main__":
    main()
