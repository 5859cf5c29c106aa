"""Payloads in the shapes that vendors send, documented and real, are read into the same staging.

A visit, a conversation, status changes and an entity come in both forms of ``rig.payloads``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from rig import Bench, json_lines, landed, page, read_marts
from rig.payloads import START, bare, change, conversation, entity, web_session, wrapped

FORMS = ("documented", "produced")
#: Where a row came from; all else has to be the same in both forms.
ORIGIN = ("account_id", "file_name", "line_number", "record_place", "delivered_ms")
CONVERSATION = {
    "conversation_id": "conv-1",
    "session_id": "Qx7-p_2w.91ac",
    "started_ms": START,
    "closed_ms": START + 3_600_000,
    "closed_by": "consumer",
    "source_type": "web",
    "device": "MOBILE",
    "mcs": 60,
    "csat_rate": 5,
    "latest_skill_id": None,
    "latest_agent_id": "501",
    "latest_agent_group_id": "31",
    "is_partial": False,
    "campaign_id": "3081",
    "engagement_id": "9001",
    "goal_id": "77",
    "lob_id": "12",
    "location_id": "6",
}
Staging = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def staging(bench: Bench) -> Staging:
    """Both forms, landed and built."""
    site = bench.site()
    visits, talks, entities = [], [], []
    for form in FORMS:
        produced = form == "produced"
        visits.append(web_session(wrapped if produced else bare, form))
        talk = conversation(produced, form)
        talks.append(talk if produced else page("conversationHistoryRecords", talk))
        entities.append(entity(produced, form))
        changes = [change(produced, 1, 3, 2), change(produced, 2, 1, 4), change(produced, 3, 4, 1)]
        lines = changes if produced else [page("stateChanges", *changes) | {"timeframe": {}}]
        folder = f"account_id={form}/"
        site.land([landed("liveperson/agent_status_changes", json_lines(lines), folder=folder)])
    site.land(
        [
            landed("liveperson/web_sessions", json_lines(visits)),
            landed("liveperson/messaging_interactions", json_lines(talks)),
            landed("liveperson/configuration", json_lines(entities)),
        ]
    )
    marts = site.build()
    assert marts["quarantined_records"].rows == ()
    for row in marts["landing_audit"].records():
        assert row["lines_delivered"] == row["lines_accepted"] > 0
    return {name: mart.records() for name, mart in read_marts(site.warehouse, "staging").items()}


def rows(staging: Staging, model: str, form: str, *columns: str) -> list[Any]:
    """Some columns of a form's rows."""
    own = [row for row in staging[f"stg_liveperson__{model}"] if row["account_id"] == form]
    return sorted(tuple(row[column] for column in columns) for row in own)


@pytest.mark.parametrize(
    "model",
    [
        "web_sessions",
        "eligibilities",
        "impressions",
        "goals",
        "conversations",
        "messages",
        "agent_participants",
        "transfers",
        "survey_answers",
        "dialogs",
        "agent_status_changes",
        "configuration",
    ],
)
def test_both_forms_say_the_same(staging: Staging, model: str) -> None:
    found = []
    for form in FORMS:
        own = [row for row in staging[f"stg_liveperson__{model}"] if row["account_id"] == form]
        # Lists still to be taken apart keep their spelling; the models made from them do not.
        kept = [
            {k: v for k, v in row.items() if k not in ORIGIN and not k.endswith("_items")}
            for row in own
        ]
        found.append(sorted(json.dumps(row, default=str, sort_keys=True) for row in kept))
    assert found[0]
    assert found[0] == found[1]


@pytest.mark.parametrize("form", FORMS)
def test_a_visit_is_read(staging: Staging, form: str) -> None:
    assert rows(
        staging,
        "web_sessions",
        form,
        *("visit_id", "visitor_id", "started_ms", "device_family", "site_control_group"),
    ) == [("Qx7-p_2w.91ac", "ZmVlZA", START, "MOBILE", "TEST")]
    assert [
        tuple(map(str, row))
        for row in rows(
            staging, "impressions", form, "impression_ms", "impression_type", "engagement_id"
        )
    ] == [
        (str(START + 20), "Show", "9001"),
        (str(START + 25), "Accept", "9001"),
        (str(START + 30), "Show", "9002"),
    ]
    assert rows(staging, "goals", form, "goal_event_id", "kind", "campaign_goal_id") == [
        ("ev-1", "sell", "77"),
        ("ev-2", "lead", "77"),
        ("ev-3", "service", "77"),
    ]
    sold = [row for row in staging["stg_liveperson__goals"] if row["kind"] == "sell"]
    assert {(row["order_id"], float(row["order_total"])) for row in sold} == {("B-17", 59.9)}
    eligible = staging["stg_liveperson__eligibilities"]
    assert {
        (row["campaign_id"], row["engagement_id"], row["goal_id"], row["control_group_type"])
        for row in eligible
        if row["account_id"] == form
    } == {
        ("3081", "9001", "77", "TEST"),
        ("3081", "9002", "77", "TEST"),
        ("3082", None, None, None),
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_conversation_is_read(staging: Staging, form: str) -> None:
    (talk,) = (r for r in staging["stg_liveperson__conversations"] if r["account_id"] == form)
    found = {name: talk[name] for name in CONVERSATION}
    assert found == CONVERSATION
    assert rows(staging, "messages", form, "message_place", "participant_id", "sent_by") == [
        (1, "u-1", "Consumer"),
        (2, "bot-1", "Agent"),
        (3, "501", "Agent"),
        (4, "bot-9", "Agent"),
    ]
    people = rows(staging, "agent_participants", form, "participant_place", "agent_id", "user_type")
    assert people == [(1, "bot-1", "bot"), (2, "501", "human")]
    assert rows(staging, "transfers", form, "transferred_ms", "reason") == [
        (START + 20_000, "skill"),
        (START + 25_000, "back_to_queue"),
    ]
    assert rows(staging, "dialogs", form, "dialog_id", "is_post_survey") == [
        ("d-1", False),
        ("d-2", True),
    ]
    answers = staging["stg_liveperson__survey_answers"]
    scores = [row["answer_number"] for row in answers if row["question_type"] == "csat"]
    assert scores == [4, 4]


@pytest.mark.parametrize("form", FORMS)
def test_status_changes_and_entities_are_read(staging: Staging, form: str) -> None:
    columns = (
        "sequence_number",
        "session_id",
        "agent_id",
        "agent_group_id",
        "status_type",
        "state",
    )
    assert rows(staging, "agent_status_changes", form, *columns) == [
        (1, "95001", "0", "31", "login", "online"),
        (2, "95001", "0", "31", "change", "away"),
        (3, "95001", "0", "31", "logout", "offline"),
    ]
    columns = ("entity", "entity_id", "entity_name", "campaign_id", "location_id", "is_mobile_app")
    assert rows(staging, "configuration", form, *columns) == [
        ("engagement", "9001", "Ask us \u2615", "3081", "6", True)
    ]
