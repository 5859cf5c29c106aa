"""The provider API's search: each filter by hand, the response's shape, paging, consent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parley.api.request import search_terms
from parley.api.response import SearchResponse
from provider_api import (
    DAY_MS,
    HOUR_MS,
    MONTH,
    NOON_MS,
    Caller,
    Marketplace,
    conversation,
    make_settings,
    message,
    problem_of,
    text_of,
)

MINUTE_MS = 60_000

BOT = {
    "agent_id": "bot-1",
    "user_type": "bot",
    "permission": "ASSIGNED_AGENT",
    "agent_group_id": None,
    "joined_ms": NOON_MS,
}
HUMAN = BOT | {"agent_id": "agent-7", "user_type": "human", "agent_group_id": "31"}
READER = HUMAN | {"agent_id": "agent-8", "permission": "READER", "agent_group_id": "32"}
TRANSFER = {
    "transferred_ms": NOON_MS + 60_500,
    "reason": "skill",
    "source_skill_id": None,
    "target_skill_id": "12",
    "source_agent_id": "bot-1",
    "assigned_agent_id": None,
    "transferred_by": "bot-1",
}
ANSWER = {
    "survey_place": 1,
    "survey_type": "PostSurvey",
    "survey_status": "FILLED",
    "question": "How was it?",
    "question_type": "csat",
    "answer": "5",
    "is_valid_answer": True,
}

FULL = conversation(
    "full",
    start=NOON_MS + 123,
    end=NOON_MS + HOUR_MS,
    visit_id="visit-1",
    closed_by="agent",
    close_reason="AGENT",
    source="SHARK",
    initial_device="DESKTOP",
    latest_agent_id="agent-7",
    latest_agent_name="Ada",
    latest_skill_id="13",
    latest_skill_name="Returns",
    latest_agent_group_id="31",
    latest_agent_group_name="Day shift",
    campaign_id="501",
    campaign_name="Spring",
    engagement_id="601",
    engagement_name="Button",
    goal_id="701",
    goal_name="Buy",
    lob_id="801",
    lob_name="Shoes",
    entry_point_id="901",
    entry_point_name="Whole site",
    mcs=67.0,
    csat=4.5,
    is_first_conversation=True,
    agent_participants=[BOT, HUMAN, READER],
    consumer_participants=[{"participant_id": "consumer-1"}],
    transfer_records=[TRANSFER, TRANSFER | {"reason": "back_to_queue", "target_skill_id": "13"}],
    interactions=[
        {"assigned_agent_id": "bot-1", "interactive_sequence": 1, "interacted_ms": NOON_MS}
    ],
    survey_answers=[ANSWER, ANSWER | {"answer": "fine"}, ANSWER | {"survey_place": 2}],
    dialogs=[
        {"dialog_id": "d", "dialog_type": "MAIN", "started_ms": NOON_MS, "ended_ms": None},
    ],
    message_scores=[{"message_id": "full-1", "score": -20.0}],
)
OPEN = conversation("open", start=NOON_MS + DAY_MS, updated=NOON_MS + 3 * DAY_MS)
LOW = conversation(
    "low",
    account_id="outlet",
    start=NOON_MS - DAY_MS,
    end=NOON_MS - DAY_MS + 90_000,
    source="SMS",
    initial_device="MOBILE",
    latest_agent_id="agent-9",
    latest_skill_id="12",
    mcs=-1.0,
    csat=1.0,
    is_transcript_shared=False,
)
#: Another provider's, of the same id as one of ours.
FOREIGN = conversation("full", account_id="stranger", provider_account_id="other")

MESSAGES = [
    message("full", 1, "I want a REFUND, 100%"),
    message("full", 2, "Let me look into the order", sent_by="human"),
    message("full", 3, None, sent_by="bot", message_type="RICH_CONTENT"),
    message("open", 1, "Where is my order? Νόμος"),
    message("low", 1, None, account_id="outlet"),
    message("full", 1, "refund", account_id="stranger", provider_account_id="other"),
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Caller:
    folder = tmp_path_factory.mktemp("search")
    Marketplace([FULL, OPEN, LOW, FOREIGN], MESSAGES).publish(folder / "parley_marts.duckdb")
    return Caller.of(make_settings(folder), "provider")


def test_a_provider_finds_all_its_subscribers_in_one_search(provider: Caller) -> None:
    assert provider.ids() == ["full", "low", "open"]
    brands = {record["info"]["brandId"] for record in provider.records()}
    assert brands == {"shop", "outlet"}


def test_messages_of_the_same_id_elsewhere_are_not_mixed_in(provider: Caller) -> None:
    (found,) = provider.records(source=["SHARK"])
    assert text_of(found) == ["I want a REFUND, 100%", "Let me look into the order", None]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": ["OPEN"]}, "open"),
        ({"status": ["CLOSE"]}, "full low"),
        ({"status": ["OPEN", "CLOSE"]}, "full low open"),
        ({"skillIds": ["13"]}, "full"),  # latest
        ({"skillIds": [12]}, "full low"),  # a transfer's target, and the latest
        ({"skillIds": [-1]}, "full open"),  # a transfer's source, and no latest
        ({"skillIds": ["99"]}, ""),
        ({"latestSkillIds": ["12"]}, "low"),
        ({"latestSkillIds": ["12", "-1"]}, "low open"),
        ({"agentIds": ["bot-1"]}, "full"),  # assigned before the last
        ({"agentIds": ["agent-8"]}, ""),  # only reads
        ({"agentIds": ["agent-8"], "userPermissions": ["READER"]}, "full"),
        ({"agentIds": ["agent-7"], "userPermissions": ["READER"]}, ""),
        ({"userPermissions": ["READER"]}, "full"),
        ({"agentIds": ["agent-9"]}, "low"),  # the latest, though nobody is listed
        ({"latestAgentIds": ["agent-7", "agent-9"]}, "full low"),
        ({"latestAgentIds": ["bot-1"]}, ""),
        ({"agentGroupIds": [31]}, "full"),
        ({"agentGroupIds": ["32"]}, "full"),
        ({"agentGroupIds": ["-1"]}, "low open"),
        ({"csat": {"from": 4.5, "to": 5}}, "full"),
        ({"csat": {"from": 4.6}}, ""),
        ({"csat": {"to": 4.5}}, "full low"),
        ({"mcs": {"from": -1, "to": 66.9}}, "low"),
        ({"mcs": {"from": 67}}, "full"),
        ({"duration": {"from": 90, "to": 90}}, "low"),
        ({"duration": {"from": 0}}, "full low"),
        ({"source": ["shark"]}, "full"),
        ({"device": ["MOBILE", "TABLET"]}, "low"),
        ({"device": ["NA"]}, "open"),
        ({"messageContentTypes": ["RICH_CONTENT"]}, "full"),
        ({"messageContentTypes": ["TEXT_PLAIN"]}, "full low open"),
        ({"keyword": "refund"}, "full"),
        ({"keyword": "ORDER"}, "full open"),
        ({"keyword": "νόμος"}, "open"),
        ({"keyword": "ΝΌΜΟΣ"}, "open"),
        ({"keyword": "order refund"}, "full"),  # in two messages
        ({"keyword": '"my order"'}, "open"),
        ({"keyword": '"order refund"'}, ""),
        ({"keyword": "100%"}, "full"),
        ({"keyword": "%"}, "full"),
        ({"keyword": "_"}, ""),
        ({"latestUpdateTime": {"from": NOON_MS + DAY_MS}}, "open"),
        ({"latestUpdateTime": NOON_MS + 3 * DAY_MS + 9 * MINUTE_MS}, "open"),
        ({"latestUpdateTime": NOON_MS + 3 * DAY_MS + 10 * MINUTE_MS}, ""),
        ({"end": {"from": NOON_MS, "to": NOON_MS + DAY_MS}}, "full"),
        ({"status": ["OPEN"], "keyword": "refund"}, ""),  # all filters together
        ({"status": None, "keyword": None}, "full low open"),
    ],
)
def test_filter(provider: Caller, filters: dict[str, Any], expected: str) -> None:
    assert provider.ids(**filters) == expected.split()


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [
        (NOON_MS, NOON_MS, False),  # already round: 12:00:00.123 is not in 12:00 to 12:00
        (NOON_MS + 1, NOON_MS + 2, True),
        (NOON_MS + 9 * MINUTE_MS, NOON_MS + 9 * MINUTE_MS, True),
        (NOON_MS + 10 * MINUTE_MS, NOON_MS + 10 * MINUTE_MS, False),
        (NOON_MS - 10 * MINUTE_MS, NOON_MS - 1, False),
    ],
)
def test_times_are_rounded_outward(provider: Caller, first: int, last: int, is_found: bool) -> None:
    found = provider.ids(start={"from": first, "to": last}, source=["SHARK"])
    assert found == (["full"] if is_found else [])


def test_times_may_be_text(provider: Caller) -> None:
    times = {name: str(value) for name, value in MONTH.items()}
    assert provider.ids(start=times) == ["full", "low", "open"]


def test_three_months_at_most(provider: Caller) -> None:
    longest = {"from": NOON_MS - 92 * DAY_MS, "to": NOON_MS}
    assert provider.ask(start=longest).status_code == 200
    assert provider.ask(start=longest, end=longest).status_code == 200
    answer = provider.ask(start={"from": NOON_MS - 92 * DAY_MS - 1, "to": NOON_MS})
    assert problem_of(answer)["field"] == "start"
    answer = provider.ask(end={"from": NOON_MS - 92 * DAY_MS - 1, "to": NOON_MS})
    assert problem_of(answer)["field"] == "end"


def test_shape_of_a_record(provider: Caller) -> None:
    everything = ["campaign", "messageRecords", "agentParticipants", "consumerParticipants"]
    everything += ["transfers", "interactions", "messageScores", "conversationSurveys", "dialogs"]
    (found,) = provider.records(source=["SHARK"], contentToRetrieve=everything)
    noon = "2026-06-01 12:00:00.000+0000"
    assert found["info"] == {
        "conversationId": "full",
        "brandId": "shop",
        "brandName": "shop's name",
        "status": "CLOSE",
        "startTime": "2026-06-01 12:00:00.123+0000",
        "startTimeL": NOON_MS + 123,
        "endTime": "2026-06-01 13:00:00.000+0000",
        "endTimeL": NOON_MS + HOUR_MS,
        "conversationEndTime": "2026-06-01 13:00:00.000+0000",
        "conversationEndTimeL": NOON_MS + HOUR_MS,
        "duration": 3_599_877,
        "closeReason": "AGENT",
        "firstConversation": True,
        "csat": 4.5,
        "mcs": 67,
        "source": "SHARK",
        "device": "DESKTOP",
        "latestSkillId": 13,
        "latestSkillName": "Returns",
        "latestAgentId": "agent-7",
        "latestAgentFullName": "Ada",
        "latestAgentGroupId": 31,
        "latestAgentGroupName": "Day shift",
        "sessionId": "visit-1",
        "isPartial": False,
    }
    assert found["campaign"] == {
        "campaignId": "501",
        "campaignName": "Spring",
        "campaignEngagementId": "601",
        "campaignEngagementName": "Button",
        "goalId": "701",
        "goalName": "Buy",
        "lobId": 801,
        "lobName": "Shoes",
        "locationId": "901",
        "locationName": "Whole site",
    }
    assert found["messageRecords"][0] == {
        "messageId": "full-1",
        "seq": 1,
        "dialogId": "full",
        "participantId": "consumer-1",
        "time": noon,
        "timeL": NOON_MS,
        "type": "TEXT_PLAIN",
        "sentBy": "Consumer",
        "messageData": {"msg": {"text": "I want a REFUND, 100%"}},
    }
    assert [item["sentBy"] for item in found["messageRecords"]] == ["Consumer", "Agent", "Agent"]
    assert found["agentParticipants"][1] == {
        "agentId": "agent-7",
        "userType": "1",
        "userTypeName": "Human",
        "permission": "ASSIGNED_AGENT",
        "agentGroupId": 31,
        "time": noon,
        "timeL": NOON_MS,
    }
    assert found["consumerParticipants"] == [{"participantId": "consumer-1"}]
    assert found["transfers"][0] == {
        "time": "2026-06-01 12:01:00.500+0000",
        "timeL": NOON_MS + 60_500,
        "reason": "Skill",
        "sourceSkillId": -1,
        "targetSkillId": 12,
        "sourceAgentId": "bot-1",
        "assignedAgentId": None,
        "by": "bot-1",
    }
    assert [item["reason"] for item in found["transfers"]] == ["Skill", "back2Q"]
    assert found["interactions"] == [
        {
            "assignedAgentId": "bot-1",
            "interactiveSequence": 1,
            "interactionTime": noon,
            "interactionTimeL": NOON_MS,
        }
    ]
    assert found["messageScores"] == [{"messageId": "full-1", "messageRawScore": -20}]
    answer = {
        "question": "How was it?",
        "questionType": "csat",
        "answer": "5",
        "isValidAnswer": True,
    }
    survey = {"surveyType": "PostSurvey", "surveyStatus": "FILLED"}
    assert found["conversationSurveys"] == [
        survey | {"surveyData": [answer, answer | {"answer": "fine"}]},
        survey | {"surveyData": [answer]},
    ]
    assert found["dialogs"] == [
        {
            "dialogId": "d",
            "dialogType": "MAIN",
            "startTime": noon,
            "startTimeL": NOON_MS,
            "endTime": None,
            "endTimeL": None,
        }
    ]


def test_an_open_conversation_ends_as_the_vendor_writes_it(provider: Caller) -> None:
    (found,) = provider.records(status=["OPEN"])
    info = found["info"]
    assert (info["status"], info["endTime"], info["endTimeL"]) == ("OPEN", "undefined", -1)
    assert info["duration"] is None
    assert (info["latestSkillId"], info["latestSkillName"]) == (-1, "Unassigned")


def test_content_to_retrieve_chooses_the_parts(provider: Caller) -> None:
    def parts(**filters: Any) -> set[str]:
        return set(provider.records(source=["SHARK"], **filters)[0])

    default = parts()
    assert "dialogs" not in default  # the vendor returns it only where it is named
    assert {"info", "campaign", "messageRecords", "transfers"} <= default
    assert parts(contentToRetrieve=[]) == {"info"}
    assert parts(contentToRetrieve=["dialogs", "dialogs"]) == {"info", "dialogs"}
    assert parts(contentToRetrieve=["campaign", "sdes", "SDEs", "summary"]) == {"info", "campaign"}


def test_times_outside_the_calendar_have_no_text(tmp_path: Path) -> None:
    times = [8_640_000_000_000_000, -8_640_000_000_000_000, -1, None]
    row = conversation(
        "odd",
        latest_skill_id="007",
        campaign_id="unknown",
        campaign_name="unknown",
        lob_id="unknown",
        lob_name="unknown",
        agent_participants=[BOT | {"joined_ms": time, "user_type": "unknown"} for time in times],
        transfer_records=[TRANSFER | {"reason": "unknown"}],
    )
    Marketplace([row]).publish(tmp_path / "parley_marts.duckdb")
    (found,) = Caller.of(make_settings(tmp_path), "provider").records()
    read = [(item["time"], item["timeL"]) for item in found["agentParticipants"]]
    assert read == [
        (None, times[0]),
        (None, times[1]),
        ("1969-12-31 23:59:59.999+0000", -1),
        (None, None),
    ]
    assert found["agentParticipants"][0]["userType"] is None
    assert found["transfers"][0]["reason"] == "unknown"
    assert found["info"]["latestSkillId"] == "007"  # as a number it would be another id
    assert found["info"]["device"] == "NA"
    assert set(found["campaign"].values()) == {None}  # nobody names one


def test_answers_fit_the_documented_response(provider: Caller) -> None:
    answer = provider.ask(query="limit=2&offset=1&sort=end:desc&v=2&source=test")
    SearchResponse.model_validate(answer.json())


# -- paging ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Caller:
    """Conversations with many ties: two subscribers share ids, few instants, some are open."""
    folder = tmp_path_factory.mktemp("paging")
    rows = [
        conversation(
            f"c{number % 30:02}",
            account_id="shop" if number < 30 else "outlet",
            start=NOON_MS + number % 3 * HOUR_MS,
            end=None if number % 5 == 0 else NOON_MS + DAY_MS + number % 2 * HOUR_MS,
        )
        for number in range(60)
    ]
    Marketplace(rows).publish(folder / "parley_marts.duckdb")
    return Caller.of(make_settings(folder), "provider")


@pytest.mark.parametrize("sort", ["start:asc", "start:desc", "end:asc", "end:desc"])
def test_pages_cover_everything_once_in_order(crowd: Caller, sort: str) -> None:
    seen = []
    page = crowd.ask(query=f"limit=7&sort={sort}").json()
    while True:
        assert page["_metadata"]["count"] == 60
        seen += [record["info"] for record in page["conversationHistoryRecords"]]
        following = page["_metadata"].get("next")
        if following is None:
            break
        assert following["rel"] == "next"
        page = crowd.client.post(
            following["href"],
            json={"start": MONTH},
            headers={"Authorization": f"Bearer {crowd.token}"},
        ).json()
    assert len({(info["brandId"], info["conversationId"]) for info in seen}) == len(seen) == 60
    field, direction = sort.split(":")
    ends = [info[f"{field}TimeL"] for info in seen if info[f"{field}TimeL"] != -1]
    assert ends == sorted(ends, reverse=direction == "desc")
    if field == "end":
        assert [info["status"] for info in seen[-12:]] == ["OPEN"] * 12
    ties = [
        (info["startTimeL"], info["brandId"], info["conversationId"])
        for info in seen
        if field == "start"
    ]
    assert ties == sorted(
        ties, key=lambda key: (key[0] if direction == "asc" else -key[0], *key[1:])
    )


def test_metadata_of_pages(crowd: Caller) -> None:
    first = crowd.ask().json()
    assert len(first["conversationHistoryRecords"]) == 50  # the default limit
    metadata = first["_metadata"]
    path = "/messaging_history/api/account/provider/conversations/search"
    assert metadata["self"]["href"] == f"http://testserver:80{path}?offset=0&limit=50"
    assert metadata["next"]["href"].endswith(f"{path}?offset=50&limit=50")
    assert "prev" not in metadata
    assert metadata["shardsStatusResult"] == {"partialResult": False}
    metadata = crowd.ask(query="offset=30&limit=40&sort=end:desc&source=it").json()["_metadata"]
    assert "next" not in metadata
    assert metadata["prev"]["href"].endswith("offset=0&limit=40&sort=end%3Adesc&source=it")


def test_a_page_after_the_last_is_empty(crowd: Caller) -> None:
    page = crowd.ask(query="offset=60").json()
    assert page["_metadata"]["count"] == 60
    assert page["conversationHistoryRecords"] == []
    assert crowd.ask(start={"from": 0, "to": 0}).json()["_metadata"]["count"] == 0


# -- consent --------------------------------------------------------------------------------------


def test_without_consent_there_are_metadata_and_no_text(provider: Caller) -> None:
    (found,) = provider.records(source=["SMS"])
    assert found["info"]["mcs"] == -1
    assert len(found["messageRecords"]) == 1
    assert text_of(found) == [None]
    assert provider.ids(keyword="null") == []
    assert provider.ids(keyword="e") == ["full", "open"]  # never a transcript that is not shared


# -- the keyword ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keyword", "terms"),
    [
        ("refund", ["refund"]),
        ("my order", ["my", "order"]),
        ('"my order" late', ["my order", "late"]),
        ('say "tester@example.com"', ["say", "tester@example.com"]),
        ('half "a phrase', ["half", "a", "phrase"]),
        ('""', []),
    ],
)
def test_words_and_phrases(keyword: str, terms: list[str]) -> None:
    assert search_terms(keyword) == terms


def test_noon_is_noon() -> None:
    assert datetime.fromtimestamp(NOON_MS / 1000, UTC).isoformat() == "2026-06-01T12:00:00+00:00"
