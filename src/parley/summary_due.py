"""What is kept longer, by today's date, than agreed.

Builds count age back from the newest delivery, so where nothing is delivered any more nothing is forgotten, and
people have to be told. What is due is in the warehouse for the most part: the published marts have only texts
that accounts share.
"""

from __future__ import annotations

import os

import duckdb

from parley.summary_figures import Marts, Row

#: What is due, the account (null: all of them), the days it is kept, how much there is; and the tables that a
#: query reads. $days is the setting's.
_ACCOUNTS = "staging.stg_accounts"
_TEXTS = (
    "select 'texts' as what, account_id, transcript_retention_days, count(*) from {table}"
    f" inner join {_ACCOUNTS} using (account_id) where {{text}} is not null"
    " and {at} < epoch_ms(now()) - transcript_retention_days * 86400000 group by all"
)
_OLDER = "delivered_ms < epoch_ms(now()) - $days * 86400000"
_SUPERSEDED = (
    "select 'texts of superseded versions', null, $days, count(*) from {deliveries} as held"
    f" where held.{_OLDER} and {{has_text}} and not exists ("
    "select 1 from {current} as newest where held.file_name = newest.file_name"
    " and held.line_number = newest.line_number and held.record_place = newest.record_place)"
)
_CONVERSATIONS, _EVENTS = "staging.stg_liveperson__conversation", "staging.stg_one_to_one__event"
_QUARANTINE, _FILES = "intermediate.int_landing__quarantined_lines", "parley_state.landed_files"
RAW_LINES, SUPERSEDED = "PARLEY_RAW_LINE_DAYS", "PARLEY_SUPERSEDED_DAYS"
#: The setting without which nothing is due (None: the accounts' own), the tables, the query.
_QUERIES: list[tuple[str | None, tuple[str, ...], str]] = [
    *(
        (None, (table, _ACCOUNTS), _TEXTS.format(table=table, text=text, at=at))
        for table, text, at in (
            ("staging.stg_liveperson__messages", "message_text", "sent_ms"),
            ("staging.stg_one_to_one__events", "feedback", "occurred_ms"),
        )
    ),
    (
        RAW_LINES,
        (_QUARANTINE, _FILES),
        f"select 'rejected lines', null, $days, count(*) from {_QUARANTINE}"
        f" inner join {_FILES} using (feed, file_name) where raw_line is not null and {_OLDER}",
    ),
    *(
        (
            SUPERSEDED,
            (f"{of}_deliveries", f"{of}s"),
            _SUPERSEDED.format(deliveries=f"{of}_deliveries", current=f"{of}s", has_text=has_text),
        )
        for of, has_text in (
            (
                _CONVERSATIONS,
                "len(list_filter(messages, lambda one: one.message_text is not null)) > 0",
            ),
            (_EVENTS, "feedback is not null"),
        )
    ),
]


def read_due(connection: duckdb.DuckDBPyConnection, marts: Marts) -> list[Row]:
    """A row per thing that is due and its account: what, account, days it is kept, how much."""
    found = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "select distinct schema_name, table_name from duckdb_columns()"
            " where database_name = current_database()"
        ).fetchall()
    }
    if _ACCOUNTS not in found:
        return read_due_texts(marts)
    sums: dict[Row, int] = {}
    for setting, tables, query in _QUERIES:
        text = os.environ.get(setting, "").strip() if setting else ""
        if not found.issuperset(tables) or (setting and not text.isdecimal()):
            continue
        given = {"days": int(text)} if setting else {}
        for *key, number in connection.execute(query, given).fetchall():
            sums[tuple(key)] = sums.get(tuple(key), 0) + number
    rows = [(*key, number) for key, number in sums.items() if number]
    return sorted(rows, key=lambda row: (row[0], row[1] or ""))


def read_due_texts(marts: Marts) -> list[Row]:
    """The same of texts that are published, where there is no warehouse to look into."""
    if not all(map(marts.has, ("accounts", "marketplace_messages", "one_to_one_nps_feedback"))):
        return []
    return marts.rows("""
        select 'texts', accounts.account_id, accounts.transcript_retention_days, count(*)
        from {marts}.accounts as accounts
        inner join (
            select account_id, message_at as said_at from {marts}.marketplace_messages
            where text is not null
            union all
            select account_id, submitted_at from {marts}.one_to_one_nps_feedback
            where feedback is not null
        ) as texts using (account_id)
        where date_diff('second', said_at, cast(now() as timestamp)) > transcript_retention_days * 86400
        group by all
        order by all
    """)
