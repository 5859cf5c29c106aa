"""Payloads in the two forms that vendors send: as documented, and as production writes them.

Written for these tests. The documented form is bare and has numbers as numbers; production wraps
values, has ids as text, spells nulls out and adds fields that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NAMESPACE = "com.liveperson.dataaccess."
START = 1_709_542_800_000
PLAIN_TYPES = ("string", "long", "int", "array", "double")


def wrapped(avro: str, value: Any) -> Any:
    """A value as production's Avro-JSON has it."""
    if value is None:
        return None
    return {avro if avro in PLAIN_TYPES else NAMESPACE + avro: value}


def bare(_avro: str, value: Any) -> Any:
    """A value as the documentation shows it."""
    return value


def web_session(u: Callable[[str, Any], Any], account: str) -> dict[str, Any]:
    """A visit: two pages, a customer, two eligibilities, three impressions, three goals."""
    head = u(
        "VisitorHeader",
        {
            "visitId": u("string", "Qx7-p_2w.91ac"),
            "visitorId": u("string", "ZmVlZA"),
            "contextId": u("string", None),
        },
    )

    def named(kind: str, number: int, name: str | None = None) -> Any:
        return u(kind, {"id": u("long", number), "name": u("string", name)})

    def impression(kind: str, state: int, late: int, engagement: int) -> dict[str, Any]:
        return {
            "timestamp": u("long", START + late),
            "engagementInstanceId": u("string", f"{engagement}:1"),
            "impressionType": u("ImpressionTypeEnum", kind),
            "state": u("string", str(state)),
            "engagement": named("Engagement", engagement, "Ask us"),
            "campaign": named("Campaign", 3_081, "Spring"),
            "goal": named("Goal", 77),
            "skill": None,
        }

    def goal(number: int, late: int, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": u("string", f"ev-{number}"),
            "timestamp": u("long", START + late),
            "campaignGoalId": u("long", 77),
            "campaignGoalType": u("int", number),
            "goalMetaData": {NAMESPACE + kind: data},
        }

    customer = {
        "timestamp": u("long", START + 6),
        "data": {NAMESPACE + "CustomerInfo": {"customerId": u("string", "C 1"), "balance": None}},
    }
    bodies = {
        "Info": {
            "sessionInfo": u(
                "SessionInfo",
                {
                    "sessionStartTime": u("long", START),
                    "userAgent": u("string", "Mozilla/5.0"),
                    "deviceFamily": u("DeviceFamilyEnum", "MOBILE"),
                    "siteControlGroup": u("ControlGroupEnum", "TEST"),
                },
            )
        },
        "Navigation": {
            "navigationData": u(
                "array",
                [
                    {"timestamp": u("long", START + 5), "sections": u("array", ["boots"])},
                    {"timestamp": u("long", START + 9), "url": None, "sections": u("array", [])},
                ],
            )
        },
        "EngAttrs": {"engagementAttributes": u("array", [customer])},
        "Eligibility": {
            "eligibilityData": u(
                "array",
                [
                    {
                        "timestamp": u("long", START + 10),
                        "eligibleCampaigns": u(
                            "array",
                            [
                                {
                                    "campaign": named("Campaign", 3_081, "Spring"),
                                    "engagements": u(
                                        "array",
                                        [named("Engagement", 9_001), named("Engagement", 9_002)],
                                    ),
                                    "goal": named("Goal", 77),
                                    "controlGroupType": u("ControlGroupEnum", "TEST"),
                                },
                                {
                                    "campaign": named("Campaign", 3_082),
                                    "engagements": u("array", []),
                                    "goal": None,
                                    "controlGroupType": u("ControlGroupEnum", "NA"),
                                },
                            ],
                        ),
                    }
                ],
            )
        },
        "Impression": {
            "impressions": u(
                "array",
                [
                    impression("Show", 1, 20, 9_001),
                    impression("Show", 1, 20, 9_001),
                    impression("Accept", 1, 25, 9_001),
                    impression("Show", 2, 30, 9_002),
                ],
            )
        },
        "GoalAchieved": {
            "achievedGoals": u(
                "array",
                [
                    goal(
                        1,
                        50,
                        "PurchaseGoalMetadata",
                        {"total": u("double", 59.9), "orderId": u("string", "B-17")},
                    ),
                    goal(2, 60, "LeadGoalMetadata", {"topic": u("string", "newsletter")}),
                    goal(3, 70, "ServiceActivityGoalMetadata", {"status": u("string", "done")}),
                ],
            )
        },
    }
    return {
        "dataType": {NAMESPACE + "DataTypeEnum": "WebSession"},
        "metaData": u(
            "MetaData",
            {
                "accountId": u("string", account),
                "schemaVersion": "1.0.0.30",
                "startTime": u("long", START - 1),
                "endTime": u("long", None),
            },
        ),
        "recordCollection": u(
            "array",
            [
                {"body": {f"{NAMESPACE}WebSession{name}Data": {"header": head, **body}}}
                for name, body in bodies.items()
            ],
        ),
    }


def conversation(produced: bool, account: str) -> dict[str, Any]:
    """A closed conversation of a consumer, a bot and an agent, with a survey after it."""
    dialog, survey = "d-1", "d-2"
    consumers = [{"participantId": "u-1", "firstName": "Kim", "phone": "0", "dialogId": dialog}]
    scores = [{"messageId": "m-1", "messageRawScore": 1, "mcs": 60, "timeL": START + 1}]

    def code(number: int) -> Any:
        return str(number) if produced else number

    def message(late: int, seq: int, who: str, sent_by: str, talk: str = dialog) -> dict[str, Any]:
        return {
            "type": "TEXT_PLAIN",
            "messageData": {"msg": {"text": f"line {seq}\nand \u20ac more"}},
            "messageId": f"m-{seq}",
            "seq": seq,
            "dialogId": talk,
            "participantId": who,
            "time": "2024-03-04 09:00:00.000+0000",
            "timeL": START + late,
            "device": "undefined",
            "sentBy": sent_by,
        }

    return {
        "info": {
            "startTimeL": START,
            "endTimeL": START + 3_600_000,
            "duration": 3_600_000,
            "conversationId": "conv-1",
            "brandId": account,
            "latestAgentId": code(501),
            "latestSkillId": -1 if not produced else "-1",
            "latestSkillName": "Unassigned",
            "latestAgentGroupId": code(31),
            "source": "SHARK",
            "closeReason": "CONSUMER",
            "status": "CLOSE",
            "mcs": 60,
            "csatRate": 5,
            "device": "MOBILE",
            "sessionId": "Qx7-p_2w.91ac",
            "isPartial": False,
            "firstConversation": True,
        },
        "campaign": {
            "campaignEngagementId": code(9_001),
            "campaignId": code(3_081),
            "goalId": code(77),
            "lobId": 12,
            "locationId": code(6),
            "profileSystemDefault": True,
        },
        "monitoring": {"country": "Norway", "device": "DESKTOP"} if produced else None,
        "messageRecords": [
            message(0, 0, "u-1", "Consumer"),
            message(1_000, 1, "bot-1", "Agent"),
            message(60_000, 2, "501", "Agent"),
            message(3_700_000, 0, "bot-9", "Agent", survey),
        ],
        "agentParticipants": [
            {"agentId": "bot-1", "userType": "2", "permission": "READER", "agentGroupId": -1},
            {
                "agentId": code(501),
                "userType": "1",
                "permission": "ASSIGNED_AGENT",
                "agentGroupId": code(31),
                "timeL": START + 30_000,
            },
        ],
        ("consumerParticipant" if produced else "consumerParticipants"): consumers,
        ("messageScore" if produced else "messageScores"): scores,
        "transfers": [
            {
                "timeL": START + 20_000,
                "assignedAgentId": "null",
                "targetSkillId": 4,
                "reason": "Skill",
                "by": "bot-1",
                "sourceSkillId": -1,
            },
            {"timeL": START + 25_000, "reason": "back2Q", "sourceAgentId": "undefined"},
        ],
        "interactions": [{"assignedAgentId": code(501), "interactiveSequence": 1}],
        "dialogs": [
            {"dialogId": dialog, "dialogType": "MAIN", "startTimeL": START, "status": "CLOSE"},
            {"dialogId": survey, "dialogType": "POST_SURVEY", "startTimeL": START + 3_600_000},
        ],
        "conversationSurveys": [
            {
                "surveyType": "Satisfaction",
                "surveyStatus": "FILLED",
                "surveyData": [
                    {"question": "Solved?", "answer": "Yes"},
                    {"question": "Stars", "answer": "4", "questionType": "csat"},
                ],
            }
        ],
        "summary": {"text": "all good"} if produced else None,
        "sdes": {"events": []},
    }


def change(produced: bool, sequence: int, kind: int, state: int) -> dict[str, Any]:
    """A status change."""
    record = {
        "agentId": 0,
        "agentLoginName": "kim",
        "agentGroupId": 31,
        "time": f"2024-03-04T09:0{sequence}:59.747Z",
        "sessionId": 95_001,
        "sequenceNumber": sequence,
        "statusType": kind,
        "statusSubType": state,
        "statusReasonId": 1,
        "prevStatusChangeTime": "2024-03-04T09:00:00.000Z",
    }
    return {k: str(v) for k, v in record.items()} if produced else record


def entity(produced: bool, account: str) -> dict[str, Any]:
    """A configured engagement."""
    number: Callable[[int], Any] = str if produced else int
    return {
        "entity": "engagement",
        "accountId": account,
        "id": number(9_001),
        "name": "Ask us \u2615",
        "campaignId": number(3_081),
        "locationId": number(6),
        "source": "MOBILE_APP",
        **({"revision": 5, "deleted": False} if produced else {}),
    }
