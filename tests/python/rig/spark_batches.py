"""Small deliveries, for tests in which Spark builds a part of the models many times."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

#: What is built of them: models that add rows, replace keys, and replace units.
MODELS = ("+int_agents__states", "+int_configuration__campaigns")


@dataclass(frozen=True)
class File:
    """A landed file."""

    path: str
    content: bytes


def landed(files: dict[str, str]) -> list[File]:
    """Texts as files to land."""
    return [File(path, text.encode()) for path, text in files.items()]


def batch(number: int) -> dict[str, str]:
    """The files of one delivery: a session opens, the one before is closed, a campaign is renamed."""
    delivered = 1767225600000 + number * 60_000
    changes = [change(number, 1, 1, 0), change(number, 2, 3, 5)]
    if number:
        changes.append(change(number - 1, 3, 2, 50))
    campaigns = [
        {
            "entity": "campaign",
            "accountId": "1001",
            "id": str(one),
            "name": f"{one} of {number}",
            "lobId": "5",
        }
        for one in (number, number // 2)
    ]
    return {
        f"liveperson/agent_status_changes/account_id=1001/S.1767225600000.{delivered}.a.json": lines(
            changes
        ),
        f"liveperson/configuration/C.1767225600000.{delivered}.a.json": lines(campaigns),
    }


def change(session: int, sequence: int, status: int, minute: int) -> dict[str, Any]:
    """A status change: each session has an hour of its own, some agents have several sessions."""
    return {
        "sessionId": f"session {session}",
        "sequenceNumber": sequence,
        "agentId": str(20 + session % 3),
        "time": f"2026-01-{1 + session // 24:02d}T{session % 24:02d}:{minute:02d}:00Z",
        "statusType": status,
        "statusSubType": 1 + session % 3,
    }


def lines(records: list[dict[str, Any]]) -> str:
    """Records as a landed file has them."""
    return "".join(json.dumps(record) + "\n" for record in records)
