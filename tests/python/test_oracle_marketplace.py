"""Hand-worked vectors of the marketplace: the oracle says what a person with a pencil says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from test_oracle import Land, land, message, ms, only, talk  # noqa: F401

DAY = "2024-02-20T"


def participant(agent: str | None, user_type: str, at: str | None = None, **more: Any) -> Any:
    return {
        "agentId": agent,
        "userType": user_type,
        "permission": "ASSIGNED_AGENT",
        "timeL": ms(DAY + at) if at else None,
        **more,
    }


def transfer(at: str, reason: str, **more: str) -> Any:
    return {"timeL": ms(DAY + at), "reason": reason, **more}


BOT = participant("bot", "2", "09:00")


def of_provider(land: Land, *talks: Any, **settings: str) -> Any:  # noqa: F811
    return land(talks=list(talks), provider_account_id="net", **settings)


def seen(land: Land, **parts: Any) -> dict[str, Any]:  # noqa: F811
    """The provider's row of one conversation that opened at 9 and ended at 12."""
    tables = of_provider(land, talk("c", f"{DAY}09:00", f"{DAY}12:00", **parts))
    return only(tables["marketplace_conversations"])


def test_only_a_bot_answered(land: Land) -> None:  # noqa: F811
    row = seen(
        land, agentParticipants=[BOT], messageRecords=[message(f"{DAY}09:01", "bot", messageId="1")]
    )
    assert row["is_contained"]
    assert row["escalated_at"] is None


@pytest.mark.parametrize(
    "person",
    [participant("amy", "1"), participant(None, "1", "11:00"), participant("bot", 1, "11:00")],
)
def test_a_person_in_charge_contains_nothing(land: Land, person: Any) -> None:  # noqa: F811
    row = seen(
        land,
        agentParticipants=[BOT, person],
        messageRecords=[message(f"{DAY}09:01", "bot"), message(f"{DAY}09:02", "bot")],
    )
    assert not row["is_contained"]
    assert (row["bot_messages"], row["human_messages"]) == (2, 0)
    assert (row["escalated_at"] is None) == (person["timeL"] is None)


def test_a_bots_transfer_is_the_escalation_and_the_wait_begins_there(
    land: Land,  # noqa: F811
) -> None:
    row = seen(
        land,
        agentParticipants=[BOT, participant("amy", "1", "09:10")],
        transfers=[
            transfer("09:05", "back2Q", by="bot"),
            transfer("09:06", "Skill", by="amy"),
            transfer("09:30", "Agent", by="amy", sourceAgentId="bot"),
            transfer("09:20", "Skill", by="bot"),
        ],
        messageRecords=[
            message(f"{DAY}09:01", "bot"),
            message(f"{DAY}09:15", "amy"),
            message(f"{DAY}09:20", "amy"),
            message(f"{DAY}09:21", "bot"),
            message(f"{DAY}09:27:30", "amy"),
        ],
    )
    assert row["escalated_at"] == datetime(2024, 2, 20, 9, 20)
    assert row["first_human_response_at"] == datetime(2024, 2, 20, 9, 27, 30)
    assert row["first_human_response_wait_seconds"] == 450
    assert row["transfers"] == 4


def test_without_a_transfer_the_person_put_in_charge_after_the_bot_wrote_escalates(
    land: Land,  # noqa: F811
) -> None:
    row = seen(
        land,
        agentParticipants=[
            BOT,
            participant("eve", "1", "09:01"),
            participant("amy", "1", "09:08", permission="READER"),
            participant("amy", "1", "09:09"),
        ],
        messageRecords=[message(f"{DAY}09:01", "bot"), message(f"{DAY}09:04", "eve")],
    )
    assert row["escalated_at"] == datetime(2024, 2, 20, 9, 9)
    assert not row["has_human_response"]


def test_figures_stand_on_their_own_dates(land: Land) -> None:  # noqa: F811
    late = talk(
        "late",
        "2024-02-20T23:00",
        "2024-02-22T01:00",
        agentParticipants=[BOT],
        transfers=[transfer("23:59", "Skill", by="bot")],
        messageRecords=[
            message("2024-02-20T23:30", "u", "Consumer"),
            message("2024-02-21T00:01", "stranger"),
        ],
        info={"closeReason": "AGENT"},
    )
    waiting = talk(
        "open",
        "2024-02-19T12:00",
        agentParticipants=[BOT],
        transfers=[transfer("23:50", "Agent", by="bot")],
        messageRecords=[message("2024-02-21T00:00", "stranger")],
    )
    tables = of_provider(land, late, waiting)
    days = {row["date_day"].day: row for row in tables["marketplace_provider_summary"]}
    names = ("active_subscribers", "marketplace_opened_conversations")
    names += ("conversations_with_human_response", "marketplace_closed_by_agent")
    figures = {day: [row[name] for name in names] for day, row in days.items()}
    assert figures == {
        19: [0, 1, 1, 0],
        20: [0, 1, 1, 0],
        21: [1, 0, 0, 0],
        22: [0, 0, 0, 1],
    }
    waits = {
        row["date_day"]: (
            row["subscriber_closed_conversations"],
            row["avg_wait_for_first_human_response"],
        )
        for row in tables["marketplace_subscriber_performance"]
    }
    assert waits == {date(2024, 2, 21): (0, 360), date(2024, 2, 22): (1, None)}


def test_messages_are_named_and_texts_need_consent(land: Land) -> None:  # noqa: F811
    said = {"messageData": {"msg": {"text": "NA"}}}
    records = [
        message(f"{DAY}09:03", "bot", messageId="m", **said),
        message(f"{DAY}09:02", "u", "Consumer", messageData={"msg": {"text": 5}}),
        message(f"{DAY}09:01", "x", messageId="m", messageData={"msg": {"text": ""}}),
        message(f"{DAY}09:04", "x", "Controller", messageId="s"),
    ]
    one = talk("c", f"{DAY}09:00", agentParticipants=[BOT], messageRecords=records)
    for consent in ("YES", "1", "true"):
        rows = of_provider(land, one, transcript_sharing=consent)["marketplace_messages"]
        found = [(r["message_id"], r["sent_by"], r["agent_id"], r["text"]) for r in rows]
        assert found == [("m", "human", "x", ""), ("unknown 2", "consumer", None, None)]
    for consent in ("no", "0", "", "perhaps"):
        rows = of_provider(land, one, transcript_sharing=consent)["marketplace_messages"]
        assert [row["text"] for row in rows] == [None, None]


@pytest.mark.parametrize("provider", ["A", "", "NA"])
def test_without_a_provider_nobody_is_told(land: Land, provider: str) -> None:  # noqa: F811
    tables = land(talks=[talk("c", f"{DAY}09:00")], provider_account_id=provider)
    assert not any(rows for name, rows in tables.items() if name.startswith("marketplace_"))
