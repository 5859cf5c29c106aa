"""Small stories in two deliveries, in each of which the second changes what the first had settled.

Every story is an account of its own, so that one build tells them all. Little happens in them on
purpose: what the second delivery does not name, but changes, is named by nothing else either.
"""

from __future__ import annotations

from typing import Any

from oracle.landing import CONFIGURATION, MESSAGING, STATUS_CHANGES, WEB_SESSIONS

NAMESPACE = "com.liveperson.dataaccess."
DAY = 86_400_000
T0 = 1_709_542_800_000
Record = tuple[str, dict[str, Any]]
Story = tuple[list[Record], list[Record]]


def visit(
    name: str,
    visitor: str | None,
    *goals: dict[str, Any],
    at: int = T0,
    shown: bool = True,
    eligible: bool = False,
) -> Record:
    """A visit that met engagement 5 of campaign 6."""
    header = {"visitId": name, "visitorId": visitor}
    show = {
        "engagementInstanceId": f"i-{name}",
        "impressionType": "Show",
        "state": "1",
        "engagement": {"id": 5},
        "campaign": {"id": 6},
        "timestamp": at + 1_000,
    }
    offer = {"campaign": {"id": 6}, "engagements": [{"id": 5}], "controlGroupType": "CONTROL"}
    bodies = {
        "Info": {"sessionInfo": {"sessionStartTime": at}},
        "Impression": {"impressions": [show] if shown else []},
        "Eligibility": {
            "eligibilityData": (
                [{"timestamp": at + 500, "eligibleCampaigns": [offer]}] if eligible else []
            )
        },
        "GoalAchieved": {"achievedGoals": list(goals)},
    }
    record = {
        "metaData": {},
        "recordCollection": [
            {"body": {f"{NAMESPACE}WebSession{kind}Data": {"header": header, **body}}}
            for kind, body in bodies.items()
        ],
    }
    return WEB_SESSIONS, record


def sale(name: str, late: int = 3_000, order: str | None = None) -> dict[str, Any]:
    """A purchase, so long after the start of everything."""
    data = {NAMESPACE + "PurchaseGoalMetadata": {"total": 5, "orderId": order}}
    return {"id": name, "timestamp": T0 + late, "campaignGoalId": 3, "goalMetaData": data}


def talk(name: str, session: str | None, at: int = T0 + 2_000, **more: Any) -> Record:
    """A conversation of engagement 5, begun in a visit."""
    info = {
        "conversationId": name,
        "startTimeL": at,
        "status": "OPEN",
        "source": "SHARK",
        "sessionId": session,
        "latestSkillId": 4,
        "latestAgentId": "a",
        "latestAgentGroupId": 7,
        **more,
    }
    messages = [
        {"timeL": at + 10_000, "participantId": "u", "sentBy": "Consumer"},
        {"timeL": at + 40_000, "participantId": "a", "sentBy": "Agent"},
    ]
    people = [{"agentId": "a", "userType": "1", "agentGroupId": 7, "timeL": at}]
    campaign = {"campaignId": 6, "campaignEngagementId": 5}
    record = {"info": info, "campaign": campaign, "messageRecords": messages}
    return MESSAGING, record | {"agentParticipants": people}


def status(session: str, number: int, late: int, kind: int, state: int, agent: str = "a") -> Record:
    """A status change, so many minutes after the start of everything."""
    record = {
        "sessionId": session,
        "sequenceNumber": number,
        "agentId": agent,
        "agentGroupId": 7,
        "time": f"2024-03-{4 + late // 1440:02d}T{late // 60 % 24:02d}:{late % 60:02d}:00.000Z",
        "statusType": kind,
        "statusSubType": state,
    }
    return STATUS_CHANGES, record


def entity(kind: str, number: int, **more: Any) -> Record:
    """A configured entity."""
    return CONFIGURATION, {"entity": kind, "id": number, "name": f"{kind} {number}", **more}


SHOPPER = [visit("v", "p", sale("g"))]
TALKER = [visit("v", "p", sale("g"), shown=False), talk("c", "v")]
OFFERED = [visit("v", "p", sale("g"), shown=False, eligible=True)]
LOGIN = [status("s", 1, 600, 3, 2), status("s", 2, 610, 1, 2)]
CLOSED = {"status": "CLOSE", "endTimeL": T0 + 2 * DAY, "closeReason": "CONSUMER", "mcs": 50}

STORIES: dict[str, Story] = {
    "an order goes to a visitor who had none": (
        [visit("v", "p", sale("g", 3_000, "o")), visit("w", "q", sale("h", 5_000, "o"))],
        [visit("v", "p")],
    ),
    "an order turns out to be older": (
        [visit("v", "p", sale("g", 3_000, "o"))],
        [visit("w", "q", sale("h", 1_500, "o"))],
    ),
    "an event turns out to be another visit's": (
        [visit("v", "p", sale("g", 3_000)), visit("w", "q", sale("g", 5_000))],
        [visit("v", "p")],
    ),
    "a visit is another visitor's": (
        [*SHOPPER, visit("w", "q")],
        [visit("v", "q", sale("g"))],
    ),
    "a visit has no visitor any more": (SHOPPER, [visit("v", None, sale("g"))]),
    "a visit was on another day": (SHOPPER, [visit("v", "p", sale("g"), at=T0 - DAY)]),
    "nothing was shown": (SHOPPER, [visit("v", "p", sale("g"), shown=False, eligible=True)]),
    "something was shown before": (SHOPPER, [visit("u", "p", at=T0 - 3 * DAY)]),
    "a visitor's older visit leaves the window": (
        [visit("u", "p", at=T0 - 3 * DAY), visit("v", "p", sale("g"), shown=False)],
        [visit("u", "p", at=T0 - 90 * DAY)],
    ),
    "a visit is a campaign's": (SHOPPER, [entity("engagement", 5, campaignId=60)]),
    "a visit is an app's": (SHOPPER, [entity("engagement", 5, source="MOBILE_APP")]),
    "an engagement has an entry point": (SHOPPER, [entity("engagement", 5, locationId=2)]),
    "a campaign has a line and a goal": (SHOPPER, [entity("campaign", 6, lobId=1, goalId=3)]),
    "a campaign has another line": (
        [*SHOPPER, entity("campaign", 6, lobId=1)],
        [entity("campaign", 6, lobId=2)],
    ),
    "an offer is a campaign's": (OFFERED, [entity("engagement", 5, campaignId=60)]),
    "an offer is an app's": (OFFERED, [entity("engagement", 5, source="MOBILE_APP")]),
    "an offer's campaign has a line": (OFFERED, [entity("campaign", 6, lobId=1)]),
    "a talk is a campaign's": ([talk("c", None)], [entity("engagement", 5, campaignId=60)]),
    "a credited talk is a campaign's": (TALKER, [entity("engagement", 5, campaignId=60)]),
    "a credited talk's campaign has a line": (TALKER, [entity("campaign", 6, lobId=1, goalId=3)]),
    "everything has a name": (
        [*TALKER, entity("campaign", 6, lobId=1)],
        [entity("campaign", 6, lobId=1, name="x"), entity("lob", 1), entity("engagement", 5)],
    ),
    "an agent, a group and a skill have names": (
        [*TALKER, *LOGIN],
        [entity("agent", 1, id="a"), entity("agent_group", 7), entity("skill", 4)],
    ),
    "a conversation arrives before its visit": (
        [talk("c", "v")],
        [visit("v", "p", sale("g"), shown=False)],
    ),
    "a conversation arrives after its visit": (TALKER[:1], TALKER[1:]),
    "a conversation began in another visit": (
        [*TALKER, visit("w", "q", sale("h"))],
        [talk("c", "w")],
    ),
    "a conversation began in no visit": (TALKER, [talk("c", None)]),
    "a conversation began later than the sale": (TALKER, [talk("c", "v", T0 + 9_000)]),
    "a conversation was on another day": (TALKER, [talk("c", "v", T0 - DAY)]),
    "a conversation is closed": (TALKER, [talk("c", "v", **CLOSED)]),
    "a conversation is not closed": ([talk("c", "v", **CLOSED)], [talk("c", "v")]),
    "a conversation is another agent's": (TALKER, [talk("c", "v", latestAgentId="b")]),
    "a conversation is an app's": (TALKER, [talk("c", "v", source="APP")]),
    "a later visit ends the window of a date": (SHOPPER, [visit("x", "z", at=T0 + 60 * DAY)]),
    "a later conversation ends it": (SHOPPER, [talk("y", None, T0 + 60 * DAY)]),
    "a session is logged out of": (LOGIN, [status("s", 3, 700, 4, 1)]),
    "a session had another state between": (
        [*LOGIN, status("s", 9, 700, 4, 1)],
        [status("s", 3, 620, 1, 4)],
    ),
    "a session ends where its agent logs in again": (LOGIN, [status("t", 1, 660, 3, 2)]),
    "a session was another agent's": (
        [*LOGIN, status("t", 1, 660, 3, 2)],
        [status("s", 1, 600, 3, 2, "b")],
    ),
    "an open session grows with what is newest": (LOGIN, [status("t", 1, 900, 3, 2, "b")]),
    "what is newest turns out to be older": (
        [*LOGIN, status("t", 1, 900, 3, 2, "b")],
        [status("t", 1, 650, 3, 2, "b")],
    ),
}


def named(account: str, record: Record) -> tuple[str, str, dict[str, Any]]:
    """The record with its account where its feed says it: (feed, account, record)."""
    feed, body = record
    if feed == WEB_SESSIONS:
        body = body | {"metaData": {"accountId": account}}
    elif feed == MESSAGING:
        body = body | {"info": body["info"] | {"brandId": account}}
    elif feed == CONFIGURATION:
        body = body | {"accountId": account}
    return feed, account, body


def told(delivery: int) -> list[tuple[str, str, dict[str, Any]]]:
    """One delivery of all stories."""
    return [
        named(f"story {number}", record)
        for number, story in enumerate(STORIES.values())
        for record in story[delivery]
    ]
