"""The provider API over marts that were really built: what was landed comes out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from parley.marts import literal
from provider_api import Caller, make_settings, text_of
from provider_api.marts import CONVERSATION_COLUMNS, MESSAGE_COLUMNS
from rig import EVERYTHING, Bench, Site, json_lines, landed, page
from rig.payloads import START, conversation
from rig.records import File

pytestmark = pytest.mark.slow

FEED = "liveperson/messaging_interactions"
ACCOUNTS = b"""account_id,account_name,provider_account_id,transcript_sharing
open-shop,Open Shop,network,true
shut-shop,Shut Shop,network,false
"""
DAY_MS = 86_400_000
WINDOW = {"from": START - DAY_MS, "to": START + DAY_MS}
CONTENT = ["campaign", "messageRecords", "agentParticipants", "consumerParticipants", "transfers"]
CONTENT += ["interactions", "messageScores", "conversationSurveys", "dialogs"]


def build(bench: Bench, line: dict[str, Any]) -> Site:
    """Land a line, build and publish."""
    site = bench.site(EVERYTHING)
    site.land([File("accounts.csv", ACCOUNTS), landed(FEED, json_lines([line]))])
    site.build()
    done = site.publish()
    assert done.code == 0, done.output
    return site


def landed_record(account: str) -> dict[str, Any]:
    """A record as delivered. A survey's messages are no conversation's and are not served."""
    record = conversation(True, account)
    record["messageRecords"] = record["messageRecords"][:3]
    return record


@pytest.fixture(scope="module")
def site(bench: Bench) -> Site:
    records = [landed_record(account) for account in ("open-shop", "shut-shop", "nobodys-shop")]
    return build(bench, page("conversationHistoryRecords", *records))


@pytest.fixture(scope="module")
def network(site: Site) -> Caller:
    return Caller.of(make_settings(site.folder), "network")


def test_a_provider_finds_what_its_subscribers_landed(network: Caller) -> None:
    answer = network.ask(start=WINDOW, contentToRetrieve=CONTENT).json()
    shared, kept = answer["conversationHistoryRecords"]
    assert [record["info"]["brandId"] for record in (shared, kept)] == ["open-shop", "shut-shop"]
    source = landed_record("open-shop")
    same = ("startTimeL", "endTimeL", "duration", "status", "closeReason", "source", "device")
    same += ("mcs", "sessionId", "conversationId", "brandId", "firstConversation", "isPartial")
    for name in same:
        assert shared["info"][name] == source["info"][name], name
    assert shared["info"]["csat"] == source["info"]["csatRate"]
    assert shared["info"]["latestSkillId"] == -1
    assert shared["info"]["brandName"] == "Open Shop"
    for name in ("campaignId", "campaignEngagementId", "goalId", "lobId", "locationId"):
        assert shared["campaign"][name] == source["campaign"][name], name
    assert text_of(shared) == [
        item["messageData"]["msg"]["text"] for item in source["messageRecords"]
    ]
    assert [item["reason"] for item in shared["transfers"]] == ["Skill", "back2Q"]
    assert [item["userType"] for item in shared["agentParticipants"]] == ["2", "1"]
    # The other subscriber's is the same but for what somebody wrote.
    assert text_of(kept) == [None, None, None]
    answers = [item["answer"] for item in kept["conversationSurveys"][0]["surveyData"]]
    assert answers == [None, "4"]
    for record in (shared, kept):
        for item in record.pop("messageRecords"):
            assert item["timeL"] >= START
        del record["conversationSurveys"]
        for name in ("brandId", "brandName"):
            del record["info"][name]
    assert shared == kept


def test_words_find_shared_transcripts_only(network: Caller) -> None:
    for keyword in ("line", "EURO more", '"€ more"'):
        found = network.ask(start=WINDOW, keyword=keyword.replace("EURO", "€")).json()
        records = found["conversationHistoryRecords"]
        assert [record["info"]["brandId"] for record in records] == ["open-shop"]


@pytest.fixture(scope="module")
def both(site: Site, network: Caller, bench: Bench) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, and one built from what the service answered."""
    again = build(bench, network.ask(start=WINDOW, contentToRetrieve=CONTENT).json())
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(site.published))} as first (read_only)")
        connection.execute(f"attach {literal(str(again.published))} as second (read_only)")
        yield connection


@pytest.mark.parametrize(
    ("mart", "columns"),
    [
        ("marketplace_conversations", CONVERSATION_COLUMNS),
        ("marketplace_messages", MESSAGE_COLUMNS),
    ],
)
def test_an_answer_is_a_landing_file(
    both: duckdb.DuckDBPyConnection, mart: str, columns: dict[str, str]
) -> None:
    """The response has the vendor's shape: landed, it makes the same marts."""
    rows = {
        name: both.execute(f"select * from {name}.marts.{mart} order by all").fetchall()
        for name in ("first", "second")
    }
    assert rows["first"]
    for before, after in zip(rows["first"], rows["second"], strict=True):
        assert dict(zip(columns, before, strict=True)) == dict(zip(columns, after, strict=True))
