"""The floor of the benchmark: one DuckDB statement that parses every landed line once, and writes nothing.

Reads the feeds below a landing root with DuckDB's own reader and takes out, in a single parse of each line, the
fields the models use (documented form or production form, told apart by the text).
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

TYPE = "com.liveperson.dataaccess."
LONG = {"long": "BIGINT"}
TEXT = {"string": "VARCHAR"}

Structure = str | list["Structure"] | dict[str, "Structure"]


def record(name: str, fields: dict[str, Structure], wrapped: bool) -> Structure:
    """A record in a union, or bare."""
    return {TYPE + name: fields} if wrapped else fields


def scalar(union: dict[str, Structure], wrapped: bool) -> Structure:
    """A scalar in a union, or bare as text."""
    return union if wrapped else "VARCHAR"


def array(items: Structure, wrapped: bool) -> Structure:
    """A list in a union, or bare."""
    return {"array": [items]} if wrapped else [items]


def web_session(wrapped: bool) -> Structure:
    """Every field of a web session that a model uses."""
    text, number = scalar(TEXT, wrapped), scalar(LONG, wrapped)
    identified: dict[str, Structure] = {"id": number}
    header = record("VisitorHeader", {"visitId": text, "visitorId": text}, wrapped)
    campaign: Structure = {
        "campaign": record("Campaign", identified, wrapped),
        "engagements": array(identified, wrapped),
        "goal": record("Goal", identified, wrapped),
        "controlGroupType": {TYPE + "ControlGroupEnum": "VARCHAR"} if wrapped else "VARCHAR",
    }
    impression: Structure = {
        "engagementInstanceId": text,
        "impressionType": text,
        "state": text,
        "engagement": record("Engagement", identified, wrapped),
        "campaign": record("Campaign", identified, wrapped),
        "goal": record("Goal", identified, wrapped),
        "timestamp": number,
    }
    goal: Structure = {
        "id": text,
        "timestamp": number,
        "campaignGoalId": number,
        "goalMetaData": {
            TYPE + "PurchaseGoalMetadata": {"total": "VARCHAR", "orderId": text},
            TYPE + "LeadGoalMetadata": {"leadId": text},
            TYPE + "ServiceActivityGoalMetadata": {"status": text},
        },
    }
    info: Structure = {
        "sessionStartTime": number,
        "deviceFamily": "VARCHAR",
        "siteControlGroup": "VARCHAR",
    }
    entry: Structure = {"timestamp": number, "eligibleCampaigns": array(campaign, wrapped)}
    body: dict[str, Structure] = {
        TYPE + "WebSessionInfoData": {"header": header, "sessionInfo": info},
        TYPE + "WebSessionEligibilityData": {
            "header": header,
            "eligibilityData": array(entry, wrapped),
        },
        TYPE + "WebSessionImpressionData": {
            "header": header,
            "impressions": array(impression, wrapped),
        },
        TYPE + "WebSessionGoalAchievedData": {
            "header": header,
            "achievedGoals": array(goal, wrapped),
        },
    }
    meta: dict[str, Structure] = {"accountId": text, "startTime": number}
    return {
        "metaData": record("MetaData", meta, wrapped),
        "recordCollection": array({"body": body}, wrapped),
    }


def texts(names: str) -> dict[str, Structure]:
    """Fields all taken as text."""
    return dict.fromkeys(names.split(), "VARCHAR")


def conversation() -> dict[str, Structure]:
    """Every field of a conversation that a model uses."""
    return {
        "info": texts(
            "conversationId brandId startTimeL endTimeL status closeReason source device sessionId mcs csat "
            "csatRate latestSkillId latestAgentId latestAgentGroupId isPartial"
        ),
        "campaign": texts("campaignId campaignEngagementId goalId lobId locationId"),
        "messageRecords": [texts("seq dialogId participantId timeL sentBy")],
        "agentParticipants": [texts("agentId userType permission agentGroupId timeL")],
        "transfers": [texts("timeL reason")],
        "conversationSurveys": [{"surveyData": [texts("answer questionType isValidAnswer")]}],
        "dialogs": [texts("dialogId dialogType")],
    }


def text_event() -> dict[str, Structure]:
    """Every field of a text message's event that a model uses."""
    named: Structure = texts("id name")
    message = texts("id type program url text") | {
        "campaign": named,
        "journey": named,
        "agent": named,
    }
    return {
        **texts("type timestamp"),
        "company": texts("company_id"),
        "subscriber": texts("phone"),
        "message": message,
    }


def text_order() -> dict[str, Structure]:
    """Every field of an order of somebody who texts that a model uses."""
    item: Structure = {"price": [texts("value currency")], "quantity": "VARCHAR"}
    return {
        **texts("company_id order_id occurredAt"),
        "user": texts("phone"),
        "items": [item],
    }


def parsed(structure: Structure) -> str:
    """1 where a line has the structure."""
    return f"cast(from_json(line, '{render(structure)}') is not null as integer)"


def render(structure: Structure) -> str:
    """A structure as from_json wants it."""
    if isinstance(structure, str):
        return f'"{structure}"'
    if isinstance(structure, list):
        return f"[{render(structure[0])}]"
    return "{" + ",".join(f'"{name}":{render(field)}' for name, field in structure.items()) + "}"


def statement(root: Path) -> str:
    """The one statement, over the feeds that are there."""
    status = texts("agentId agentGroupId time sessionId sequenceNumber statusType statusSubType")
    setting = texts(
        "entity accountId id name lobId goalId type campaignId locationId source groupId userType"
    )
    wrapped, bare = render(web_session(True)), render(web_session(False))
    page = {"conversationHistoryRecords": [conversation()]} | conversation()
    parses = {
        "liveperson/web_sessions": (
            f"case when contains(left(line, 200), '{TYPE}MetaData') "
            f"then cast(from_json(line, '{wrapped}') is not null as integer) "
            f"else cast(from_json(line, '{bare}') is not null as integer) end"
        ),
        "liveperson/messaging_interactions": parsed(page),
        "liveperson/agent_status_changes": parsed({"stateChanges": [status]} | status),
        "liveperson/configuration": parsed(setting),
        "attentive/events": parsed(text_event()),
        "attentive/orders": parsed(text_order()),
    }
    selects = [
        f"select sum({parse}) as parsed from (select cast(json as varchar) as line from "
        f"read_ndjson_objects('{root}/{feed}/**/*.json*', maximum_object_size = 67108864))"
        for feed, parse in parses.items()
        if any((root / feed).rglob("*.json*"))
    ]
    return "select sum(parsed) from (" + " union all ".join(selects) + ")"


def main() -> None:
    """Run the statement below the landing root named on the command line."""
    connection = duckdb.connect()
    connection.execute("set memory_limit = '3GB'; set preserve_insertion_order = false")
    print(connection.execute(statement(Path(sys.argv[1]))).fetchone())


if __name__ == "__main__":
    main()
