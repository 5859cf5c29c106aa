"""What a landed record holds of a person, feed by feed.

A shape says of each field that some model reads what it is. Whatever a shape does not name is read by no
model and is dropped from an erased record. A record that only mentions an erased id keeps all its fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: What comes before an id that was erased.
TOKEN = "erased-"
#: What a vendor puts in place of a text that it has erased itself; it is counted, so it stays.
DELETED = "** LP deleted data **"
SENTINELS = ("", "-1", "null", "undefined", "NA")
#: Shorter ids are not looked for inside of other ids: they would be found everywhere.
SHORTEST_PART = 8
#: Who sends messages and is no consumer.
AGENTS = ("agent", "bot", "human")
NAMESPACE = "com.liveperson.dataaccess."


@dataclass(frozen=True)
class Id:
    """A field that holds an id of a person; the group says which ids are compared with each other."""

    group: str


#: Other fields: kept as they are, ids that may contain an erased one, addresses of pages, texts.
KEEP, PART, PAGE, TEXT = "keep", "part", "page", "text"
#: An answer of a survey, of which its row's question decides what is left, and a score by itself.
ANSWER, SCORE = "answer", "score"

WEB, CONVERSATION, CONSUMER, PHONE, EMAIL, REQUEST, ORDER, EVENT = (
    "web",
    "conversation",
    "consumer",
    "phone",
    "email",
    "request",
    "order",
    "event",
)
#: Groups of ids that may stand inside another value.
PARTS = (WEB, CONVERSATION, CONSUMER, PHONE, EMAIL, REQUEST, ORDER)
_HEADER = {"visitId": Id(WEB), "visitorId": Id(WEB)}
_MEMBER = {"id": KEEP}


def _body(**payload: Any) -> dict[str, Any]:
    return {"header": _HEADER, **payload}


_BODIES: dict[str, Any] = {
    f"{NAMESPACE}WebSessionInfoData": _body(
        sessionInfo={"sessionStartTime": KEEP, "deviceFamily": KEEP, "siteControlGroup": KEEP}
    ),
    f"{NAMESPACE}WebSessionEligibilityData": _body(
        eligibilityData={
            "timestamp": KEEP,
            "eligibleCampaigns": {
                "campaign": _MEMBER,
                "engagements": _MEMBER,
                "goal": _MEMBER,
                "controlGroupType": KEEP,
            },
        }
    ),
    f"{NAMESPACE}WebSessionImpressionData": _body(
        impressions={
            "engagementInstanceId": PART,
            "impressionType": KEEP,
            "state": KEEP,
            "engagement": _MEMBER,
            "campaign": _MEMBER,
            "goal": _MEMBER,
            "timestamp": KEEP,
        }
    ),
    f"{NAMESPACE}WebSessionGoalAchievedData": _body(
        achievedGoals={
            "id": PART,
            "timestamp": KEEP,
            "campaignGoalId": KEEP,
            "goalMetaData": {
                f"{NAMESPACE}PurchaseGoalMetadata": {"total": KEEP, "orderId": Id(ORDER)},
                f"{NAMESPACE}PurchaseMetadata": {"total": KEEP, "orderId": Id(ORDER)},
                "*": {},
            },
        }
    ),
    "*": _body(),
}
_SEEN_BY = {
    "agentId": KEEP,
    "userType": KEEP,
    "permission": KEEP,
    "agentGroupId": KEEP,
    "timeL": KEEP,
}
_SCORE = {"messageId": PART, "messageRawScore": KEEP}
_CONVERSATION: dict[str, Any] = {
    "info": {
        "conversationId": Id(CONVERSATION),
        "sessionId": Id(WEB),
        **dict.fromkeys(
            [
                "brandId",
                "startTimeL",
                "endTimeL",
                "status",
                "closeReason",
                "source",
                "device",
                "mcs",
                "csat",
                "csatRate",
                "latestSkillId",
                "latestAgentId",
                "latestAgentGroupId",
                "isPartial",
                "firstConversation",
            ],
            KEEP,
        ),
    },
    "campaign": dict.fromkeys(
        ["campaignId", "campaignEngagementId", "goalId", "lobId", "locationId"], KEEP
    ),
    "messageRecords": {
        "messageId": PART,
        "dialogId": PART,
        "participantId": Id(CONSUMER),
        **dict.fromkeys(["seq", "timeL", "type", "sentBy", "audience"], KEEP),
        "messageData": {"msg": {"text": TEXT}},
    },
    "agentParticipants": _SEEN_BY,
    "consumerParticipants": {"participantId": Id(CONSUMER)},
    "consumerParticipant": {"participantId": Id(CONSUMER)},
    "transfers": dict.fromkeys(
        [
            "timeL",
            "reason",
            "sourceSkillId",
            "targetSkillId",
            "sourceAgentId",
            "assignedAgentId",
            "by",
        ],
        KEEP,
    ),
    "interactions": dict.fromkeys(
        ["assignedAgentId", "interactiveSequence", "interactionTimeL"], KEEP
    ),
    "conversationSurveys": {
        "surveyType": KEEP,
        "surveyStatus": KEEP,
        "surveyData": {
            "question": KEEP,
            "questionType": KEEP,
            "answer": ANSWER,
            "isValidAnswer": KEEP,
        },
    },
    "dialogs": {"dialogId": PART, "dialogType": KEEP, "startTimeL": KEEP, "endTimeL": KEEP},
    "messageScores": _SCORE,
    "messageScore": _SCORE,
}
#: The record's shape in each feed that holds persons.
SHAPES: dict[str, dict[str, Any]] = {
    "liveperson/web_sessions": {
        "metaData": {"accountId": KEEP, "startTime": KEEP},
        "recordCollection": {"body": _BODIES},
    },
    "liveperson/messaging_interactions": _CONVERSATION,
    "attentive/events": {
        "type": KEEP,
        "timestamp": KEEP,
        "company": {"company_id": KEEP},
        "subscriber": {"phone": Id(PHONE), "email": Id(EMAIL), "external_id": Id(EMAIL)},
        "message": {
            **dict.fromkeys(("id", "type", "program"), KEEP),
            "campaign": _MEMBER,
            # the brand's name of it, which reports show
            "journey": {"id": KEEP, "name": KEEP},
            "agent": _MEMBER,
        },
        "erased": KEEP,
    },
    "attentive/orders": {
        "company_id": KEEP,
        "order_id": Id(ORDER),
        "occurredAt": KEEP,
        "user": {"phone": Id(PHONE), "email": Id(EMAIL)},
        "items": {"price": {"value": KEEP}, "quantity": KEEP},
        "erased": KEEP,
    },
    "one_to_one/events": {
        **dict.fromkeys(("account_id", "event_name", "occurred_at"), KEEP),
        "event_id": Id(EVENT),
        "visitor_id": Id(WEB),
        "page_url": PAGE,
        "payload": {
            "request_id": Id(REQUEST),
            "url": PART,
            "feedback": TEXT,
            "rating": SCORE,
            **dict.fromkeys(
                [
                    "sender",
                    "agent_id",
                    "agent_name",
                    "auto_message_id",
                    "auto_message_name",
                    "status",
                ],
                KEEP,
            ),
        },
    },
    "one_to_one/orders": {
        **dict.fromkeys(
            ["account_id", "occurred_at", "currency", "subtotal", "total_discounts", "order_value"],
            KEEP,
        ),
        "order_id": Id(ORDER),
        "visitor_id": Id(WEB),
    },
}
#: Feeds in which a record is known by its content, and where its account stands.
ACCOUNTS: dict[str, tuple[str, ...]] = {
    "liveperson/web_sessions": ("metaData", "accountId"),
    "liveperson/messaging_interactions": ("info", "brandId"),
    "attentive/events": ("company", "company_id"),
    "attentive/orders": ("company_id",),
    "one_to_one/events": ("account_id",),
    "one_to_one/orders": ("account_id",),
}
PAGES = {"liveperson/messaging_interactions": "conversationHistoryRecords"}
