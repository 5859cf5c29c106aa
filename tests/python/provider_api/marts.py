"""A published file by hand: the two marketplace marts, one row per call."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NOON_MS = 1_780_315_200_000  # 2026-06-01 12:00:00 UTC

Row = dict[str, Any]

CONVERSATION_COLUMNS = {
    "provider_account_id": "varchar",
    "account_id": "varchar",
    "conversation_id": "varchar",
    "account_name": "varchar",
    "visit_id": "varchar",
    "started_at": "timestamp",
    "ended_at": "timestamp",
    "updated_at": "timestamp",
    "opened_date": "date",
    "closed_date": "date",
    "duration_seconds": "double",
    "status": "varchar",
    "closed_by": "varchar",
    "close_reason": "varchar",
    "source": "varchar",
    "source_type": "varchar",
    "initial_device": "varchar",
    "latest_agent_id": "varchar",
    "latest_agent_name": "varchar",
    "latest_skill_id": "varchar",
    "latest_skill_name": "varchar",
    "latest_agent_group_id": "varchar",
    "latest_agent_group_name": "varchar",
    "campaign_id": "varchar",
    "campaign_name": "varchar",
    "engagement_id": "varchar",
    "engagement_name": "varchar",
    "goal_id": "varchar",
    "goal_name": "varchar",
    "lob_id": "varchar",
    "lob_name": "varchar",
    "entry_point_id": "varchar",
    "entry_point_name": "varchar",
    "mcs": "double",
    "csat": "double",
    "is_first_conversation": "boolean",
    "is_partial": "boolean",
    "is_transcript_shared": "boolean",
    "consumer_messages": "bigint",
    "bot_messages": "bigint",
    "human_messages": "bigint",
    "transfers": "bigint",
    "is_contained": "boolean",
    "escalated_at": "timestamp",
    "has_human_response": "boolean",
    "first_human_response_at": "timestamp",
    "first_human_response_wait_seconds": "double",
    "agent_participants": "varchar",
    "consumer_participants": "varchar",
    "transfer_records": "varchar",
    "interactions": "varchar",
    "survey_answers": "varchar",
    "dialogs": "varchar",
    "message_scores": "varchar",
}
MESSAGE_COLUMNS = {
    "provider_account_id": "varchar",
    "account_id": "varchar",
    "conversation_id": "varchar",
    "message_id": "varchar",
    "message_number": "bigint",
    "message_at": "timestamp",
    "sent_by": "varchar",
    "agent_id": "varchar",
    "participant_id": "varchar",
    "dialog_id": "varchar",
    "message_type": "varchar",
    "text": "varchar",
}
LISTS = [name for name in CONVERSATION_COLUMNS if name.endswith(("participants", "records"))]
LISTS += ["interactions", "survey_answers", "dialogs", "message_scores"]


def at(milliseconds: int | None) -> datetime | None:
    """An instant as the mart holds it."""
    if milliseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(
        milliseconds=milliseconds
    )


def conversation(
    conversation_id: str,
    account_id: str = "shop",
    provider_account_id: str = "provider",
    start: int = NOON_MS,
    end: int | None = None,
    updated: int | None = None,
    **values: Any,
) -> Row:
    """A conversation; open where it has no end. Lists are given as Python lists."""
    row: Row = dict.fromkeys(CONVERSATION_COLUMNS)
    row |= {name: [] for name in LISTS}
    row |= {
        "provider_account_id": provider_account_id,
        "account_id": account_id,
        "account_name": f"{account_id}'s name",
        "conversation_id": conversation_id,
        "started_at": at(start),
        "ended_at": at(end),
        "updated_at": at(updated or end or start),
        "opened_date": None,
        "duration_seconds": None if end is None else (end - start) / 1000,
        "status": "open" if end is None else "closed",
        "initial_device": "unknown",
        "is_partial": False,
        "is_transcript_shared": True,
    }
    assert values.keys() <= row.keys()
    row |= values
    return row | {name: json.dumps(row[name]) for name in LISTS}


def message(
    conversation_id: str,
    number: int,
    text: str | None,
    account_id: str = "shop",
    provider_account_id: str = "provider",
    sent: int = NOON_MS,
    sent_by: str = "consumer",
    message_type: str = "TEXT_PLAIN",
) -> Row:
    """A message; the text of one that is not shared is null."""
    return {
        "provider_account_id": provider_account_id,
        "account_id": account_id,
        "conversation_id": conversation_id,
        "message_id": f"{conversation_id}-{number}",
        "message_number": number,
        "message_at": at(sent),
        "sent_by": sent_by,
        "agent_id": None if sent_by == "consumer" else "agent-1",
        "participant_id": "consumer-1" if sent_by == "consumer" else None,
        "dialog_id": conversation_id,
        "message_type": message_type,
        "text": text,
    }


@dataclass
class Marketplace:
    """The rows of both marts."""

    conversations: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)

    def publish(self, path: Path) -> Path:
        """Write the file beside its place and swap it in, as publishing does."""
        private = path.with_name(f".{path.name}.made")
        private.unlink(missing_ok=True)
        with duckdb.connect(str(private)) as connection:
            connection.execute("create schema marts")
            fill(connection, "marketplace_conversations", CONVERSATION_COLUMNS, self.conversations)
            fill(connection, "marketplace_messages", MESSAGE_COLUMNS, self.messages)
        private.replace(path)
        return path


def fill(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[Row]
) -> None:
    """Create a mart and insert its rows."""
    described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    catalog = connection.execute("select current_database()").fetchone()
    assert catalog is not None
    table = f'"{catalog[0]}".marts.{name}'
    connection.execute(f"create table {table} ({described})")
    if rows:
        given = pa.Table.from_pylist(rows)
        connection.register("given", given)
        connection.execute(f"insert into {table} by name select * from given")
        connection.unregister("given")
