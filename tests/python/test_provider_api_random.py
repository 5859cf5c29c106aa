"""Random searches over random marketplaces, beside the same filters in plain Python."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from parley.api.tokens import add_token
from provider_api import HOUR_MS, NOON_MS, Caller, Marketplace, conversation, make_settings, message

Row = dict[str, Any]

ACCOUNTS = [("north", "a"), ("north", "b"), ("south", "c"), ("south", "north")]
WORDS = ["Refund", "parcel", "late", "ÄRGER", "100%", "o'clock", "so long"]
IDS = ["1", "2", "03", "x y"]
STEP_MS = 150_000  # a quarter of what times are rounded to


def maybe(dice: Random, value: Any, share: float = 0.7) -> Any:
    return value if dice.random() < share else None


def make_conversation(dice: Random, number: int) -> Row:
    provider, account = dice.choice(ACCOUNTS)
    start = NOON_MS + dice.randrange(40) * STEP_MS
    end = maybe(dice, start + dice.randrange(40) * STEP_MS)
    people = [
        {
            "agent_id": maybe(dice, dice.choice(IDS), 0.9),
            "user_type": dice.choice(["bot", "human"]),
            "permission": dice.choice(["ASSIGNED_AGENT", "READER"]),
            "agent_group_id": maybe(dice, dice.choice(IDS)),
            "joined_ms": start,
        }
        for _ in range(dice.randrange(3))
    ]
    moves = [
        {
            "transferred_ms": start,
            "reason": "skill",
            "source_skill_id": maybe(dice, dice.choice(IDS)),
            "target_skill_id": maybe(dice, dice.choice(IDS)),
            "source_agent_id": None,
            "assigned_agent_id": None,
            "transferred_by": None,
        }
        for _ in range(dice.randrange(3))
    ]
    return conversation(
        f"c{number % 25}",
        account,
        provider,
        start=start,
        end=end,
        updated=start + dice.randrange(80) * STEP_MS,
        source=maybe(dice, dice.choice(["APP", "SMS"])),
        initial_device=dice.choice(["DESKTOP", "MOBILE", "unknown"]),
        latest_agent_id=maybe(dice, dice.choice(IDS)),
        latest_skill_id=maybe(dice, dice.choice(IDS)),
        latest_agent_group_id=maybe(dice, dice.choice(IDS)),
        mcs=maybe(dice, float(dice.randrange(-3, 4))),
        csat=maybe(dice, float(dice.randrange(1, 6))),
        agent_participants=people,
        transfer_records=moves,
    )


def make_marketplace(dice: Random) -> Marketplace:
    rows = [make_conversation(dice, number) for number in range(60)]
    unique = {(row["account_id"], row["conversation_id"]): row for row in rows}
    messages = []
    for row in unique.values():
        for number in range(dice.randrange(4)):
            text = " ".join(dice.sample(WORDS, 2))
            kind = dice.choice(["TEXT_PLAIN", "LINK"])
            owner = (row["account_id"], row["provider_account_id"])
            shared = None if row["account_id"] == "b" else text
            messages.append(
                message(row["conversation_id"], number, shared, *owner, message_type=kind)
            )
    return Marketplace(list(unique.values()), messages)


def make_filters(dice: Random) -> dict[str, Any]:
    def times() -> dict[str, int]:
        first, last = sorted(NOON_MS + dice.randrange(-4, 84) * STEP_MS for _ in range(2))
        return {"from": first, "to": last}

    def numbers(low: int, high: int) -> dict[str, int]:
        first, last = sorted(dice.randrange(low, high) for _ in range(2))
        return dice.choice([{"from": first}, {"to": last}, {"from": first, "to": last}])

    def some(values: list[str]) -> list[str]:
        return dice.sample(values, dice.randrange(1, 3))

    offered: dict[str, Any] = {
        "end": times(),
        "latestUpdateTime": {"from": times()["from"]},
        "status": some(["OPEN", "CLOSE"]),
        "skillIds": some([*IDS, "-1"]),
        "latestSkillIds": some([*IDS, "-1"]),
        "agentIds": some(IDS),
        "userPermissions": some(["ASSIGNED_AGENT", "READER", "MANAGER"]),
        "latestAgentIds": some(IDS),
        "agentGroupIds": some([*IDS, "-1"]),
        "mcs": numbers(-3, 4),
        "csat": numbers(1, 6),
        "duration": numbers(0, 6_000),
        "source": some(["app", "SMS"]),
        "device": some(["DESKTOP", "mobile", "NA"]),
        "messageContentTypes": some(["TEXT_PLAIN", "LINK"]),
        "keyword": dice.choice(['"so long"', "refund", "LATE parcel", "ärger", "00% o'c", "x"]),
    }
    chosen = {name: offered[name] for name in dice.sample(list(offered), dice.randrange(4))}
    return {
        "start": dice.choice([times(), {"from": NOON_MS, "to": NOON_MS + 9 * HOUR_MS}])
    } | chosen


# -- the same in plain Python ---------------------------------------------------------------------


def ms(instant: datetime | None) -> int | None:
    return None if instant is None else round(instant.replace(tzinfo=UTC).timestamp() * 1000)


def is_within(instant: datetime | None, times: dict[str, int]) -> bool:
    """Between the ten minutes that the first lies in and those that the last lies in."""
    value = ms(instant)
    first = times["from"] - times["from"] % 600_000
    last = times["to"] + -times["to"] % 600_000 if "to" in times else None
    return value is not None and first <= value and (last is None or value <= last)


def is_in(value: float | None, limits: dict[str, int]) -> bool:
    return value is not None and limits.get("from", value) <= value <= limits.get("to", value)


def has_all_terms(texts: list[str], keyword: str) -> bool:
    terms = [keyword.strip('"')] if keyword.startswith('"') else keyword.split()
    return all(any(term.lower() in text.lower() for text in texts) for term in terms)


def fulfils(row: Row, messages: list[Row], filters: dict[str, Any]) -> bool:
    """Whether a conversation is what the filters want."""
    people = json.loads(row["agent_participants"])
    moves = json.loads(row["transfer_records"])
    none = "-1"
    skills = {row["latest_skill_id"] or none}
    skills |= {move["source_skill_id"] or none for move in moves}
    skills |= {move["target_skill_id"] for move in moves}
    permissions = filters.get("userPermissions")
    agents = {
        person["agent_id"]
        for person in people
        if person["permission"] in (permissions or ["ASSIGNED_AGENT"])
    }
    if permissions is None:
        agents.add(row["latest_agent_id"])
    groups = {row["latest_agent_group_id"] or none} | {item["agent_group_id"] for item in people}
    checks: dict[str, Any] = {
        "start": lambda wanted: is_within(row["started_at"], wanted),
        "end": lambda wanted: is_within(row["ended_at"], wanted),
        "latestUpdateTime": lambda wanted: is_within(row["updated_at"], wanted),
        "status": lambda wanted: {"open": "OPEN", "closed": "CLOSE"}[row["status"]] in wanted,
        "skillIds": lambda wanted: bool(skills & set(wanted)),
        "latestSkillIds": lambda wanted: (row["latest_skill_id"] or none) in wanted,
        "agentIds": lambda wanted: bool(agents & set(wanted)),
        "userPermissions": lambda wanted: any(item["permission"] in wanted for item in people),
        "latestAgentIds": lambda wanted: row["latest_agent_id"] in wanted,
        "agentGroupIds": lambda wanted: bool(groups & set(wanted)),
        "mcs": lambda wanted: is_in(row["mcs"], wanted),
        "csat": lambda wanted: is_in(row["csat"], wanted),
        "duration": lambda wanted: is_in(row["duration_seconds"], wanted),
        "source": lambda wanted: row["source"] in [word.upper() for word in wanted],
        "device": lambda wanted: (
            row["initial_device"].replace("unknown", "NA") in [word.upper() for word in wanted]
        ),
        "messageContentTypes": lambda wanted: any(m["message_type"] in wanted for m in messages),
        "keyword": lambda wanted: has_all_terms([m["text"] for m in messages if m["text"]], wanted),
    }
    return all(checks[name](wanted) for name, wanted in filters.items())


def expected(
    market: Marketplace, caller: str, account: str, filters: dict[str, Any]
) -> set[tuple[str, str]]:
    """Account and id of what a search finds."""
    found = set()
    for row in market.conversations:
        key = (row["account_id"], row["conversation_id"])
        if caller == account:
            is_visible = caller in (row["account_id"], row["provider_account_id"])
        else:
            is_visible = (row["provider_account_id"], row["account_id"]) == (caller, account)
        messages = [m for m in market.messages if (m["account_id"], m["conversation_id"]) == key]
        if is_visible and fulfils(row, messages, filters):
            found.add(key)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_random_searches(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    market = make_marketplace(dice)
    market.publish(tmp_path / "parley_marts.duckdb")
    settings = make_settings(tmp_path)
    service = Caller.of(settings, "north")
    callers = {
        name: Caller(service.client, add_token(settings.tokens, name, ""), name)
        for name in ("north", "south", "a", "b", "c")
    }
    hits = 0
    for _ in range(80):
        name, account = dice.choice(
            [("north", "north"), ("south", "south"), ("south", "north"), ("north", "b"), ("a", "a")]
        )
        filters = make_filters(dice)
        answer = callers[name].ask(account, "limit=100", **filters)
        assert answer.status_code == 200, answer.text
        records = [record["info"] for record in answer.json()["conversationHistoryRecords"]]
        found = {(info["brandId"], info["conversationId"]) for info in records}
        assert len(found) == len(records) == answer.json()["_metadata"]["count"]
        assert found == expected(market, name, account, filters), (name, account, filters)
        hits += bool(found)
    assert 20 < hits < 80
