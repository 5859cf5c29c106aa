"""Rows of the marts as the vendor's conversation records."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from parley.api.search import NO_DEVICE, UNKNOWN
from parley.api.searches import Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Times that a calendar has; a nested time may be any number.
CALENDAR_MS = (-62_135_596_800_000, 253_402_300_799_999)
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")

REASONS = {
    "skill": "Skill",
    "agent": "Agent",
    "back_to_queue": "back2Q",
    "suggested_agent_timeout": "SuggestedAgentTimeout",
    "take_over": "TakeOver",
}
USER_TYPES = {"system": ("0", "System"), "human": ("1", "Human"), "bot": ("2", "Bot")}


def time_text(milliseconds: int | None) -> str | None:
    """An instant as the vendor writes it: 2016-08-29 14:30:24.565+0000."""
    if milliseconds is None or not CALENDAR_MS[0] <= milliseconds <= CALENDAR_MS[1]:
        return None
    at = EPOCH + timedelta(milliseconds=milliseconds)
    return f"{at:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03d}+0000"


def number_id(text: str | None) -> int | str:
    """A skill's, group's or line of business's id: a number where it is one, -1 where none is."""
    if text is None:
        return -1
    return int(text) if WHOLE_NUMBER.fullmatch(text) else text


def named(text: str | None) -> str | None:
    """A member of the marts; the vendor writes none where none is named."""
    return None if text == UNKNOWN else text


def whole(value: float | None) -> float | int | None:
    """A number without a needless fraction: the vendor writes 5, not 5.0. JSON has no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def name_of(identifier: str | None, name: str | None) -> str | None:
    """A skill's or group's name."""
    return "Unassigned" if identifier is None else name


def items(text: str | None) -> list[dict[str, Any]]:
    """A list of the mart."""
    found: list[dict[str, Any]] = json.loads(text) if text else []
    return found


def info(row: Row) -> dict[str, Any]:
    """The conversation itself. While it is open its end is what the vendor writes then."""
    ended_ms = row["ended_ms"]
    end_text = "undefined" if ended_ms is None else time_text(ended_ms)
    seconds = row["duration_seconds"]
    return {
        "conversationId": row["conversation_id"],
        "brandId": row["account_id"],
        "brandName": row["account_name"],
        "status": "OPEN" if row["status"] == "open" else "CLOSE",
        "startTime": time_text(row["started_ms"]),
        "startTimeL": row["started_ms"],
        "endTime": end_text,
        "endTimeL": -1 if ended_ms is None else ended_ms,
        "conversationEndTime": end_text,
        "conversationEndTimeL": -1 if ended_ms is None else ended_ms,
        "duration": None if seconds is None else round(seconds * 1000),
        "closeReason": row["close_reason"],
        "firstConversation": row["is_first_conversation"],
        "csat": whole(row["csat"]),
        "mcs": whole(row["mcs"]),
        "source": row["source"],
        "device": named(row["initial_device"]) or NO_DEVICE,
        "latestSkillId": number_id(row["latest_skill_id"]),
        "latestSkillName": name_of(row["latest_skill_id"], row["latest_skill_name"]),
        "latestAgentId": row["latest_agent_id"],
        "latestAgentFullName": row["latest_agent_name"],
        "latestAgentGroupId": number_id(row["latest_agent_group_id"]),
        "latestAgentGroupName": name_of(
            row["latest_agent_group_id"], row["latest_agent_group_name"]
        ),
        "sessionId": row["visit_id"],
        "isPartial": row["is_partial"],
    }


def campaign(row: Row) -> dict[str, Any]:
    """What the conversation came from."""
    members = {
        "campaign": ("campaign_id", "campaign_name"),
        "campaignEngagement": ("engagement_id", "engagement_name"),
        "goal": ("goal_id", "goal_name"),
        "lob": ("lob_id", "lob_name"),
        "location": ("entry_point_id", "entry_point_name"),
    }
    made: dict[str, Any] = {}
    for member, (id_column, name_column) in members.items():
        identifier = named(row[id_column])
        made[f"{member}Id"] = identifier
        made[f"{member}Name"] = None if identifier is None else row[name_column]
    if made["lobId"] is not None:
        made["lobId"] = number_id(made["lobId"])
    return made


def message(row: Row) -> dict[str, Any]:
    """One message; its text is null where the subscriber does not share transcripts."""
    return {
        "messageId": row["message_id"],
        "seq": row["message_number"],
        "dialogId": row["dialog_id"],
        "participantId": row["participant_id"] or row["agent_id"],
        "time": time_text(row["message_ms"]),
        "timeL": row["message_ms"],
        "type": row["message_type"],
        "sentBy": "Consumer" if row["sent_by"] == "consumer" else "Agent",
        "messageData": {"msg": {"text": row["text"]}},
    }


def agent_participant(item: dict[str, Any]) -> dict[str, Any]:
    """One agent in the conversation."""
    user_type, name = USER_TYPES.get(item["user_type"], (None, None))
    return {
        "agentId": item["agent_id"],
        "userType": user_type,
        "userTypeName": name,
        "permission": item["permission"],
        "agentGroupId": number_id(item["agent_group_id"]),
        "time": time_text(item["joined_ms"]),
        "timeL": item["joined_ms"],
    }


def consumer_participant(item: dict[str, Any]) -> dict[str, Any]:
    """One consumer in the conversation."""
    return {"participantId": item["participant_id"]}


def transfer(item: dict[str, Any]) -> dict[str, Any]:
    """One transfer."""
    return {
        "time": time_text(item["transferred_ms"]),
        "timeL": item["transferred_ms"],
        "reason": REASONS.get(item["reason"], "unknown"),
        "sourceSkillId": number_id(item["source_skill_id"]),
        "targetSkillId": number_id(item["target_skill_id"]),
        "sourceAgentId": item["source_agent_id"],
        "assignedAgentId": item["assigned_agent_id"],
        "by": item["transferred_by"],
    }


def interaction(item: dict[str, Any]) -> dict[str, Any]:
    """One agent's turn."""
    return {
        "assignedAgentId": item["assigned_agent_id"],
        "interactiveSequence": whole(item["interactive_sequence"]),
        "interactionTime": time_text(item["interacted_ms"]),
        "interactionTimeL": item["interacted_ms"],
    }


def surveys(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The surveys, each with its answers."""
    found = []
    for _, group in groupby(answers, key=lambda answer: answer["survey_place"]):
        rows = list(group)
        found.append(
            {
                "surveyType": rows[0]["survey_type"],
                "surveyStatus": rows[0]["survey_status"],
                "surveyData": [
                    {
                        "question": row["question"],
                        "questionType": row["question_type"],
                        "answer": row["answer"],
                        "isValidAnswer": row["is_valid_answer"],
                    }
                    for row in rows
                ],
            }
        )
    return found


def dialog(item: dict[str, Any]) -> dict[str, Any]:
    """One dialog."""
    return {
        "dialogId": item["dialog_id"],
        "dialogType": item["dialog_type"],
        "startTime": time_text(item["started_ms"]),
        "startTimeL": item["started_ms"],
        "endTime": time_text(item["ended_ms"]),
        "endTimeL": item["ended_ms"],
    }


def message_score(item: dict[str, Any]) -> dict[str, Any]:
    """One message's score."""
    return {"messageId": item["message_id"], "messageRawScore": whole(item["score"])}


#: The parts that are lists of the conversation's row: their column, and what an item becomes.
LISTS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "agentParticipants": ("agent_participants", agent_participant),
    "consumerParticipants": ("consumer_participants", consumer_participant),
    "transfers": ("transfer_records", transfer),
    "interactions": ("interactions", interaction),
    "messageScores": ("message_scores", message_score),
    "dialogs": ("dialogs", dialog),
}


def record(row: Row, messages: list[Row], content: frozenset[str]) -> dict[str, Any]:
    """One conversation with the parts asked for."""
    made: dict[str, Any] = {"info": info(row)}
    if "campaign" in content:
        made["campaign"] = campaign(row)
    if "messageRecords" in content:
        made["messageRecords"] = [message(item) for item in messages]
    for part, (column, convert) in LISTS.items():
        if part in content:
            made[part] = [convert(item) for item in items(row[column])]
    if "conversationSurveys" in content:
        made["conversationSurveys"] = surveys(items(row["survey_answers"]))
    return made
