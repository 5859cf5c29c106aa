"""Lines that nobody should ever have sent: records bent, broken and blown up."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from .fuzz_texting import text_event, text_order

ACCOUNT = "fuzz"
NAMESPACE = "com.liveperson.dataaccess."
T0 = 1_704_067_200_000
TIMES: tuple[Any, ...] = (
    8_640_000_000_000_000,
    -8_640_000_000_000_000,
    8_640_000_000_000_001,
    -8_640_000_000_000_001,
    253_402_300_799_999,
    -62_135_596_800_001,
    2**63 - 1,
    -(2**63),
    2**64,
    1e18,
    T0 + 0.999,
)
MEASURES: tuple[Any, ...] = (
    -1,
    -0.0,
    -12.345678901234567,
    1e-320,
    1e308,
    10**18,
    10**30,
    "NaN",
    "nan",
    "Infinity",
    "-inf",
    "1e400",
    "0x10",
    " 7 ",
    "1_000",
    "٣",
    "12,5",
)
TEXTS: tuple[Any, ...] = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\x7f\x1b[31m",
    "'; drop table visits; --",
    '"quoted"',
    "{{ 7 * 7 }}",
    "\u202e\u2028\ufeff",
    "💥" * 50,
    "x" * 70_000,
    "%s%n",
    "NULL",
)
SHAPES: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], {"": ""}, {"string": None})
#: Written into the text in place of a value, since no JSON writer would write them.
RAW = (
    "NaN",
    "-Infinity",
    "1e999",
    "-1e999",
    "0123",
    "+1",
    ".5",
    "5.",
    "1" * 400,
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\x41"',
    "'x'",
    "undefined",
    "[1,]",
    '{"a":1,"a":2}',
    "//",
    "/* */ 1",
    "[" * 600 + "]" * 600,
    '{"string":' * 600 + "1" + "}" * 600,
    '{"array":[' * 300 + "]}" * 300,
    "[" * 20_000,
)
MARK = "@@here@@"


def visit(dice: random.Random) -> dict[str, Any]:
    """A web session."""
    header = {"visitId": f"v{dice.randrange(50)}", "visitorId": f"p{dice.randrange(9)}"}
    at = T0 + dice.randrange(10**9)
    bodies: dict[str, Any] = {
        "Info": {"sessionInfo": {"sessionStartTime": at, "siteControlGroup": "TEST"}},
        "Eligibility": {
            "eligibilityData": {
                "array": [
                    {
                        "timestamp": at,
                        "eligibleCampaigns": [
                            {"campaign": {"id": 6}, "engagements": [{"id": 5}], "goal": {"id": 3}}
                        ],
                    }
                ]
            }
        },
        "Impression": {
            "impressions": [
                {
                    "engagementInstanceId": "i",
                    "impressionType": "Show",
                    "state": "1",
                    "engagement": {"id": 5},
                    "campaign": {"id": 6},
                    "timestamp": {"long": at + 1000},
                }
            ]
        },
        "GoalAchieved": {
            "achievedGoals": [
                {
                    "id": f"g{dice.randrange(99)}",
                    "timestamp": at + 5000,
                    "campaignGoalId": 3,
                    "goalMetaData": {
                        NAMESPACE + "PurchaseGoalMetadata": {"total": 9.5, "orderId": "o1"}
                    },
                }
            ]
        },
    }
    return {
        "metaData": {"accountId": ACCOUNT, "startTime": at},
        "recordCollection": [
            {"body": {f"{NAMESPACE}WebSession{name}Data": {"header": header, **body}}}
            for name, body in bodies.items()
        ],
    }


def conversation(dice: random.Random) -> dict[str, Any]:
    """A conversation."""
    at = T0 + dice.randrange(10**9)
    return {
        "info": {
            "conversationId": f"c{dice.randrange(50)}",
            "brandId": ACCOUNT,
            "startTimeL": at,
            "endTimeL": at + 60_000,
            "status": "CLOSE",
            "closeReason": "AGENT",
            "source": "SHARK",
            "sessionId": f"v{dice.randrange(50)}",
            "mcs": 40,
            "csatRate": 4,
            "latestSkillId": 4,
        },
        "campaign": {"campaignId": 6, "campaignEngagementId": 5, "lobId": 1, "locationId": 2},
        "messageRecords": [
            {
                "timeL": at + 1,
                "seq": 0,
                "dialogId": "d",
                "participantId": "p",
                "sentBy": "Consumer",
            },
            {"timeL": at + 9, "seq": 1, "dialogId": "d", "participantId": "a", "sentBy": "Agent"},
        ],
        "agentParticipants": [{"agentId": "a", "userType": "1", "agentGroupId": 7, "timeL": at}],
        "transfers": [{"timeL": at + 5, "reason": "Skill"}],
        "conversationSurveys": [{"surveyData": [{"answer": "5", "questionType": "csat"}]}],
        "dialogs": [{"dialogId": "d", "dialogType": "MAIN"}],
    }


def change(dice: random.Random) -> dict[str, Any]:
    """A status change."""
    return {
        "sessionId": dice.randrange(9),
        "sequenceNumber": dice.randrange(30),
        "agentId": "a",
        "agentGroupId": 7,
        "time": f"2024-01-0{dice.randint(1, 9)}T0{dice.randint(0, 9)}:00:00.000+0{dice.randint(0, 9)}:30",
        "statusType": dice.randint(1, 4),
        "statusSubType": dice.randint(1, 4),
    }


def entity(dice: random.Random) -> dict[str, Any]:
    """A configured entity."""
    kind = dice.choice(("lob", "campaign", "goal", "engagement", "agent", "skill"))
    return {
        "entity": kind,
        "accountId": ACCOUNT,
        "id": dice.randrange(9),
        "name": "Shoes",
        "lobId": 1,
        "goalId": 3,
        "campaignId": 6,
        "locationId": 2,
        "source": "WEB_SITE",
    }


def event(dice: random.Random) -> dict[str, Any]:
    """A text message, or what becomes of one."""
    return text_event(dice, ACCOUNT, T0 + dice.randrange(10**9))


def text_purchase(dice: random.Random) -> dict[str, Any]:
    """What somebody who texts bought."""
    return text_order(dice, ACCOUNT, T0 + dice.randrange(10**9))


def widget_event(dice: random.Random) -> dict[str, Any]:
    """An event of the One-to-One widget."""
    names = ("impression", "click-call-agent", "agent-answer-call", "message", "nps")
    return {
        "account_id": ACCOUNT,
        "event_id": f"e{dice.randrange(99)}",
        "event_name": f"{dice.choice(('', 'fw:live-helper:'))}{dice.choice(names)}",
        "occurred_at": T0 + dice.randrange(10**8),
        "visitor_id": f"p{dice.randrange(3)}",
        "page_url": "https://shop.example/boots?size=9#top",
        "payload": {
            "request_id": dice.randrange(9),
            "agent_id": 7,
            "agent_name": "Kim",
            "sender": dice.choice(("visitor", "agent", "auto")),
            "rating": dice.randint(1, 5),
            "feedback": "good",
            "status": "submitted",
        },
    }


def order(dice: random.Random) -> dict[str, Any]:
    """A purchase tag."""
    return {
        "account_id": ACCOUNT,
        "occurred_at": T0 + dice.randrange(2 * 10**8),
        "visitor_id": f"p{dice.randrange(3)}",
        "order_id": dice.randrange(99),
        "currency": "USD",
        "subtotal": "40.00",
        "total_discounts": 5,
        "order_value": "50.00",
        "line_items": [{"sku": "S", "quantity": 2, "price": "20.00"}],
    }


RECORDS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "liveperson/web_sessions": visit,
    "liveperson/messaging_interactions": conversation,
    "liveperson/agent_status_changes": change,
    "liveperson/configuration": entity,
    "attentive/events": event,
    "attentive/orders": text_purchase,
    "one_to_one/events": widget_event,
    "one_to_one/orders": order,
}


CONTAINERS = {
    "liveperson/messaging_interactions": "conversationHistoryRecords",
    "liveperson/agent_status_changes": "stateChanges",
}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a value, at any depth."""
    found: list[tuple[Any, Any]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        found.append((value, key))
        if isinstance(inner, dict | list):
            found += places(inner)
    return found


def bend(dice: random.Random, record: dict[str, Any]) -> bytes:
    """The record with a few of its values replaced, wrapped, doubled or gone."""
    raw = None
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        holder, key = dice.choice(places(record) or [({}, "")])
        if not holder:
            break
        way = dice.randrange(6)
        if way == 0:
            holder[key] = MARK
            raw = dice.choice(RAW)
        elif way == 1:
            holder[key] = {dice.choice(("string", "long", "array", "map", "x")): holder[key]}
        elif way == 2:
            holder[key] = [holder[key]] * dice.choice((1, 3, 200))
        else:
            pool = dice.choice((TIMES, MEASURES, TEXTS, SHAPES))
            holder[key] = copy.deepcopy(dice.choice(pool))
    text = json.dumps(record, ensure_ascii=dice.random() < 0.5)
    return text.replace(f'"{MARK}"', raw or "1").encode()


def break_up(dice: random.Random, line: bytes) -> bytes:
    """The line with bytes changed, lost, doubled or cut off."""
    at = dice.randrange(len(line))
    upto = at + dice.choice((1, 1, 2, 10, 100))
    noise = bytes(dice.randrange(256) for _ in range(dice.randint(1, 6))).replace(b"\n", b" ")
    return dice.choice(
        (
            line[:at],
            line[:at] + line[upto:],
            line[:at] + noise + line[upto:],
            line[:upto] + line[at:],
            line[:at] + bytes([line[at] ^ (1 << dice.randrange(8))]) + line[at + 1 :],
        )
    ).replace(b"\n", b"\r")


def fuzzed_line(dice: random.Random, feed: str) -> bytes:
    """A line of some feed, on its way to ruin."""
    way = dice.random()
    if way < 0.05:
        return bytes(dice.randrange(256) for _ in range(dice.randrange(60))).replace(b"\n", b"")
    if way < 0.1:
        return dice.choice(RAW).encode()
    record = RECORDS[feed](dice)
    if feed in CONTAINERS and dice.random() < 0.5:
        record = {CONTAINERS[feed]: [record, RECORDS[feed](dice)]}
    line = bend(dice, record)
    return break_up(dice, line) if way > 0.75 else line
