"""What a landed record holds of a person, feed by feed, and what is left of it when the person is erased.

A shape says of each field that some model reads what it is. Whatever a shape does not name is read by no
model and is dropped from an erased record. A record that only mentions an erased id keeps all its fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from parley.privacy.json_text import Number

#: What comes before an id that was erased.
TOKEN = "erased-"
SENTINELS = ("", "-1", "null", "undefined", "NA")
#: Shorter ids are not looked for inside of other ids: they would be found everywhere.
SHORTEST_PART = 8
#: Who sends messages and is no consumer.
AGENTS = ("agent", "bot", "human")
_WRAPPERS = frozenset(
    ("string", "long", "int", "float", "double", "boolean", "bytes", "array", "map")
)
_NAMESPACE = "com.liveperson.dataaccess."


@dataclass(frozen=True)
class Id:
    """A field that holds an id of a person; the group says which ids are compared with each other."""

    group: str


#: Other fields: kept as they are, ids that may contain an erased one, addresses of pages, texts.
KEEP, PART, PAGE, TEXT = "keep", "part", "page", "text"
#: The questions of a survey row, which decide what is left of its answer.
ANSWER = "answer"

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
    f"{_NAMESPACE}WebSessionInfoData": _body(
        sessionInfo={"sessionStartTime": KEEP, "deviceFamily": KEEP, "siteControlGroup": KEEP}
    ),
    f"{_NAMESPACE}WebSessionEligibilityData": _body(
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
    f"{_NAMESPACE}WebSessionImpressionData": _body(
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
    f"{_NAMESPACE}WebSessionGoalAchievedData": _body(
        achievedGoals={
            "id": PART,
            "timestamp": KEEP,
            "campaignGoalId": KEEP,
            "goalMetaData": {
                f"{_NAMESPACE}PurchaseGoalMetadata": {"total": KEEP, "orderId": Id(ORDER)},
                f"{_NAMESPACE}PurchaseMetadata": {"total": KEEP, "orderId": Id(ORDER)},
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
            "journey": _MEMBER,
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
            **dict.fromkeys(
                [
                    "sender",
                    "agent_id",
                    "agent_name",
                    "auto_message_id",
                    "auto_message_name",
                    "rating",
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


def is_wrapper(value: Any) -> bool:
    """Whether a value is an Avro union's: one key that names a type."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (key,) = value
    return key in _WRAPPERS or key.startswith(_NAMESPACE)


def unwrapped(value: Any) -> Any:
    """A value without its Avro wrappers."""
    while is_wrapper(value):
        (value,) = value.values()
    return value


def id_text(value: Any) -> str | None:
    """An id as the warehouse reads it: whole numbers without a point, words for nothing as None."""
    if isinstance(value, Number):
        value = _whole_number(value)
    if not isinstance(value, str) or value in SENTINELS:
        return None
    return str(value)


def _whole_number(text: str) -> str:
    if re.fullmatch(r"-?\d+\.0+", text):
        return text.split(".")[0]
    if re.fullmatch(r"-?\d+(\.\d+)?[eE]\+?\d+", text):
        try:
            whole = Decimal(text).to_integral_value("ROUND_HALF_UP")
        except InvalidOperation:
            return text
        return str(int(whole)) if abs(whole) < 10**38 else text
    return text


def account_of(feed: str, record: Any) -> str:
    """The account that a record names; empty where it names none."""
    for name in ACCOUNTS[feed]:
        record = unwrapped(record)
        record = record.get(name) if isinstance(record, dict) else None
    return id_text(unwrapped(record)) or ""


def records_of(feed: str, document: Any) -> list[Any]:
    """The records of a line: those of a response page, or the line's one."""
    container = PAGES.get(feed)
    if container and isinstance(document, dict) and container in document:
        records = document[container]
        return records if isinstance(records, list) else []
    return [document]


def ids_in(value: Any, shape: Any) -> Iterator[tuple[str, str]]:
    """Every id of a person in a record, with its group."""
    if isinstance(shape, Id):
        text = id_text(unwrapped(value))
        if text is not None:
            yield shape.group, text
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item, shape)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for key, inner in value.items():
            below = _below(value, key, shape)
            if below is not None and not is_agents(key, value):
                yield from ids_in(inner, below)


def is_agents(key: str, item: dict[str, Any]) -> bool:
    """Whether a participant's id stands in a message of an agent, whose id it then is."""
    if key not in ("participantId", "participant_id"):
        return False
    return any(str(item.get(name)).lower() in AGENTS for name in ("sentBy", "sent_by", "sender"))


def _below(value: dict[str, Any], key: str, shape: dict[str, Any]) -> Any:
    """The shape of what an object holds under a key; None where nothing reads it."""
    if key in shape:
        return shape[key]
    if "*" in shape:
        return shape["*"]
    return shape if is_wrapper(value) else None


Lookup = Callable[[str, str], str | None]


class Mask:
    """Writes a record anew: erased ids as tokens, and of a record of the person no more than models read."""

    def __init__(self, lookup: Lookup, parts: dict[str, str], is_emptied: bool) -> None:
        self._lookup = lookup
        self._parts = sorted(parts.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        self._is_emptied = is_emptied

    def of(self, value: Any, shape: Any) -> Any:
        """What is left of a value of that shape."""
        if isinstance(value, list):
            if self._is_emptied and not isinstance(shape, dict):
                return []
            return [self.of(item, shape) for item in value]
        if isinstance(value, dict):
            return self._object(value, shape)
        if isinstance(shape, dict) or value is None:
            is_text = isinstance(value, str) and not isinstance(value, Number)
            return "" if self._is_emptied and is_text else value
        return self.leaf(value, shape)

    def _object(self, value: dict[str, Any], shape: Any) -> Any:
        if not isinstance(shape, dict):
            if is_wrapper(value):
                return {key: self.of(inner, shape) for key, inner in value.items()}
            return {} if self._is_emptied else value
        found = {}
        for key, inner in value.items():
            below = _below(value, key, shape)
            if below == ANSWER:
                found[key] = self.answer(inner, value.get("questionType"))
            elif is_agents(key, value):
                found[key] = inner
            elif below is not None:
                found[key] = self.of(inner, below)
            elif not self._is_emptied:
                found[key] = inner
        return found

    def leaf(self, value: Any, shape: Any) -> Any:
        """What is left of a scalar."""
        if isinstance(shape, Id):
            text = id_text(value)
            token = None if text is None else self._lookup(shape.group, text)
            if token is None and shape.group == EMAIL and self._is_emptied:
                return None
            return value if token is None else token
        if not self._is_emptied or isinstance(value, (bool, Number)):
            return value
        if shape == TEXT:
            return None
        if shape == PAGE:
            return self.parted(page_of(value))
        return self.parted(value) if shape == PART else value

    def parted(self, text: str) -> str:
        """A text in which erased ids are tokens."""
        for part, token in self._parts:
            if len(part) >= SHORTEST_PART and part in text:
                text = text.replace(part, token)
        return text

    def answer(self, value: Any, question_type: Any) -> Any:
        """A survey's answer where it is one of a scale; what counts as a fault, or as none, still does."""
        if not self._is_emptied or value is None or isinstance(value, bool):
            return value
        if isinstance(value, (dict, list)):
            return type(value)()
        kind, text = str(question_type).lower(), str(value).strip().lower()
        if kind == "fcr":
            return value if text in ("yes", "no", "0", "1") else None
        number = _number(text)
        if kind == "nps":
            return value if number in range(11) else None
        if kind != "csat":
            return None
        if number is None:
            return "(masked)"
        return value if 1 <= number <= 5 else "0"


def _number(text: str) -> float | None:
    """A text as a finite number; None where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


# What the models take for a login: a browser passes over white space, and takes any slashes behind http:.
_LOGIN = re.compile(
    r"^(\s*(https?:[/\\]*|([a-z][a-z0-9+.-]*:)?[/\\]{2,}))[^/\\?#]*@", re.ASCII | re.IGNORECASE
)


def page_of(url: str) -> str:
    """A page's address without login, query, fragment and the parameters of its segments."""
    url = _LOGIN.sub(r"\1", url)
    return re.sub(r";[^/]*", "", url.split("?", 1)[0].split("#", 1)[0])
