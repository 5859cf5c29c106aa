"""Hand-worked vectors: the oracle says what a person with a pencil says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oracle import GRAIN, compute
from oracle.agents import hour_start
from oracle.values import epoch_ms, field, identifier, nested_ms, number, rfc3339_ms, unwrap
from worlds import deliveries, make_world, write_world

NS = "com.liveperson.dataaccess."
DELIVERED = 1_767_225_600_000
Tables = dict[str, list[dict[str, Any]]]
Land = Callable[..., Tables]


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def visit(visit_id: str, start: str, visitor: str = "ann", **bodies: Any) -> dict[str, Any]:
    header = {"visitId": visit_id, "visitorId": visitor}
    info = {"sessionInfo": {"sessionStartTime": ms(start), **bodies.pop("info", {})}}
    names = {
        "eligible": ("WebSessionEligibilityData", "eligibilityData"),
        "shown": ("WebSessionImpressionData", "impressions"),
        "goals": ("WebSessionGoalAchievedData", "achievedGoals"),
    }
    records = [("WebSessionInfoData", info)]
    records += [(names[key][0], {names[key][1]: items}) for key, items in bodies.items()]
    return {
        "metaData": {"accountId": "A"},
        "recordCollection": [
            {"body": {NS + name: {"header": header, **body}}} for name, body in records
        ],
    }


def eligible(at: str, campaign: str = "C", *engagements: str, **more: Any) -> dict[str, Any]:
    one = {"campaign": {"id": campaign}, "engagements": [{"id": e} for e in engagements], **more}
    return {"timestamp": ms(at), "eligibleCampaigns": [one]}


def shown(at: str, engagement: str, kind: str = "Show", state: str = "1") -> dict[str, Any]:
    return {
        "engagementInstanceId": f"{engagement}-{at}",
        "impressionType": kind,
        "state": state,
        "engagement": {"id": engagement},
        "campaign": {"id": "C"},
        "timestamp": ms(at),
    }


def purchase(goal_id: str, at: str, total: Any = 10, order: str | None = None) -> dict[str, Any]:
    data = {NS + "PurchaseGoalMetadata": {"total": total, "orderId": order}}
    return {"id": goal_id, "timestamp": ms(at), "campaignGoalId": "G", "goalMetaData": data}


def talk(talk_id: str, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    info = {
        "brandId": "A",
        "conversationId": talk_id,
        "startTimeL": ms(start),
        "endTimeL": ms(end) if end else -1,
        "status": "CLOSE" if end else "OPEN",
        "source": "SHARK",
        **more.pop("info", {}),
    }
    return {"info": info, "campaign": {"campaignId": "C", "campaignEngagementId": "E"}, **more}


def message(at: str, who: str, sent_by: str = "Agent", **more: Any) -> dict[str, Any]:
    return {"timeL": ms(at), "participantId": who, "sentBy": sent_by, **more}


@pytest.fixture
def land(tmp_path: Path) -> Land:
    def write(
        visits: list[Any] = (),  # type: ignore[assignment]
        talks: list[Any] = (),  # type: ignore[assignment]
        changes: list[Any] = (),  # type: ignore[assignment]
        config: list[Any] = (),  # type: ignore[assignment]
        **settings: str,
    ) -> Tables:
        feeds = {
            "web_sessions": visits,
            "messaging_interactions": talks,
            "agent_status_changes/account_id=A": changes,
            "configuration": config,
        }
        for folder, records in feeds.items():
            path = tmp_path / "liveperson" / folder / f"F.1.{DELIVERED}.part.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(json.dumps(record) for record in records))
        names = ",".join(("account_id", *settings))
        (tmp_path / "accounts.csv").write_text(f"{names}\n{','.join(('A', *settings.values()))}\n")
        return compute(tmp_path)

    return write


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


def test_funnel_is_dated_by_the_visits_start_past_midnight(land: Land) -> None:
    tables = land(
        visits=[
            visit(
                "v",
                "2024-02-20T23:30",
                eligible=[eligible("2024-02-20T23:35", "C", "E")],
                shown=[shown("2024-02-21T00:10", "E"), shown("2024-02-21T00:15", "E", "Accept")],
            )
        ]
    )
    row = only(tables["business_dashboard_brand"])
    assert row["date_day"] == date(2024, 2, 20)
    assert [row[k] for k in ("sessions", "prospects", "exposed", "accepted_offers")] == [1] * 4


def test_two_engagements_in_one_visit_are_two_exposures_a_visit(land: Land) -> None:
    views = [shown("2024-02-20T10:01", "E"), shown("2024-02-20T10:02", "F", state="2")]
    tables = land(visits=[visit("v", "2024-02-20T10:00", shown=[*views, views[0]])])
    row = only(tables["business_dashboard_campaign"])
    assert (row["exposures"], row["exposed"], row["avg_exposures"]) == (2, 1, 2.0)
    assert (row["engagement_views"], row["online_exposures"]) == (2, 1)


def test_mcs_is_positive_minus_negative_over_scored(land: Land) -> None:
    talks = [
        talk(str(n), "2024-02-20T10:00", "2024-02-20T11:00", info={"mcs": score})
        for n, score in enumerate((-60, "-20", -5, 0, 50, None))
    ]
    assert only(land(talks=talks)["business_dashboard_brand"])["mcs"] == -40.0


@pytest.mark.parametrize(
    ("bought", "group"),
    [
        ("2024-06-04T10:00:00.000", "messaging"),
        ("2024-06-04T10:00:00.001", "unattributed"),
        ("2024-06-01T10:00:00.000", "messaging"),
        ("2024-06-01T09:59:59.999", "unattributed"),
    ],
)
def test_the_window_has_both_ends(land: Land, bought: str, group: str) -> None:
    tables = land(
        visits=[
            visit("first", "2024-06-01T09:00"),
            visit("later", "2024-06-01T09:30", goals=[purchase("g", bought)]),
        ],
        talks=[talk("t", "2024-06-01T10:00", info={"sessionId": "first"})],
        cross_session_window_days="3",
    )
    row = only(tables["attributed_conversions"])
    assert row["attribution_group"] == group
    if group == "messaging":
        assert row["credited_date"] == date(2024, 6, 1)
        assert row["in_session"] is False


@pytest.mark.parametrize(
    ("window", "newest", "final"),
    [
        ("2", "2024-06-04", True),
        ("2", "2024-06-03", False),
        ("2.5", "2024-06-05", True),
        ("2.5", "2024-06-04", False),
        ("0.04", "2024-06-02", False),
        ("0", "2024-06-02", True),
    ],
)
def test_a_date_is_final_when_its_last_window_is_out(
    land: Land, window: str, newest: str, final: bool
) -> None:
    visits = [visit("v", "2024-06-01T23:00"), visit("new", f"{newest}T00:00")]
    tables = land(visits=visits, cross_session_window_days=window)
    assert tables["business_dashboard_brand"][0]["is_final"] is final


def test_an_app_conversation_is_in_session_for_six_hours(land: Land) -> None:
    bought = {"a": "2024-06-01T16:00:00.000", "b": "2024-06-01T16:00:00.001"}
    tables = land(
        visits=[
            visit("v", "2024-06-01T09:00", goals=[purchase("b", bought["b"])]),
            visit("w", "2024-06-01T09:00", goals=[purchase("a", bought["a"])]),
        ],
        talks=[talk("t", "2024-06-01T10:00", info={"sessionId": "v", "source": "APP"})],
    )
    found = {row["conversion_id"]: row["in_session"] for row in tables["attributed_conversions"]}
    assert found == {"a": True, "b": False}


def test_an_order_counts_once_and_earliest(land: Land) -> None:
    tables = land(
        visits=[
            visit("v", "2024-06-01T09:00", goals=[purchase("z", "2024-06-01T10:00", 5, "o")]),
            visit(
                "w", "2024-06-01T09:00", "bob", goals=[purchase("b", "2024-06-01T10:00", 7, "o")]
            ),
        ]
    )
    assert [r["conversion_id"] for r in tables["attributed_conversions"]] == ["b"]


def test_control_is_holdout_where_site_or_campaign_says_so(land: Land) -> None:
    goal = purchase("g", "2024-06-01T10:00")
    plain = [eligible("2024-06-01T09:00", "C", "E")]
    held = [eligible("2024-06-01T09:00", "C", "E", controlGroupType="CONTROL")]
    site = {"siteControlGroup": "CONTROL"}

    def kind(**bodies: Any) -> Any:
        tables = land(visits=[visit("v", "2024-06-01T09:00", goals=[goal], **bodies)])
        return only(tables["attributed_conversions"])["control_kind"]

    assert kind(eligible=plain) == "unexposed_prospect"
    assert kind(eligible=held) == "holdout"
    assert kind(eligible=plain, info=site) == "holdout"


def test_outcomes_partition_closed(land: Land) -> None:
    asked = message("2024-02-20T10:01", "x", "Consumer")
    people = [{"agentId": "s", "userType": "0"}, {"agentId": "b", "userType": "2"}]

    def closed(talk_id: str, *messages: dict[str, Any]) -> dict[str, Any]:
        return talk(
            talk_id,
            "2024-02-20T10:00",
            "2024-02-20T11:00",
            messageRecords=list(messages),
            agentParticipants=people,
        )

    answered = message("2024-02-20T10:02", "b")
    talks = [
        closed("a", asked, message("2024-02-20T10:02", "s")),
        closed("b", asked, answered),
        closed("c", asked, answered, message("2024-02-20T10:03", "x", "Consumer")),
        closed("d", message("2024-02-20T10:00", "unlisted"), asked),
        closed("e"),
    ]
    row = only(land(talks=talks)["business_dashboard_brand"])
    assert row["closed_conversations"] == 5
    assert (row["abandoned_conversations"], row["interactive_conversations"]) == (1, 2)
    assert row["handled_conversations"] == 3
    assert row["avg_consumer_response_time"] == 60.0


def change(number_: int, at: str, kind: int, sub_type: int = 0, session: str = "s") -> Any:
    return {
        "agentId": 1,
        "sessionId": session,
        "sequenceNumber": number_,
        "time": at,
        "statusType": kind,
        "statusSubType": sub_type,
        "agentGroupId": 5,
    }


def test_agent_time_belongs_to_the_local_hour_it_was_spent_in(land: Land) -> None:
    tables = land(
        changes=[
            change(10, "2024-02-20T01:30:00Z", 4),
            change(9, "2024-02-20T00:15:00Z", 1, 2),
            change(2, "2024-02-19T23:30:00Z", 3, 2),
        ]
    )
    rows = {row["hour_start_at"].hour: row for row in tables["agent_activity_hourly"]}
    assert {hour: row["logged_in_hours"] for hour, row in rows.items()} == {23: 0.5, 0: 1.0, 1: 0.5}
    assert {hour: row["online_hours"] for hour, row in rows.items()} == {23: 0.0, 0: 0.75, 1: 0.5}
    assert rows[23]["date_day"] == date(2024, 2, 19)


def test_a_session_without_logout_ends_a_day_after_its_last_change(land: Land) -> None:
    tables = land(
        changes=[
            change(1, "2024-02-20T00:00:00Z", 3),
            change(1, "2024-02-25T00:00:00Z", 1, session="other"),
        ]
    )
    assert sum(r["logged_in_hours"] for r in tables["agent_activity_hourly"]) == 24.0


def test_a_repeated_hour_is_two_hours() -> None:
    before = ms("2024-11-03T05:30")
    after = ms("2024-11-03T06:30")
    starts = [hour_start(t, "America/New_York") for t in (before, after)]
    assert starts == [ms("2024-11-03T05:00"), ms("2024-11-03T06:00")]


def test_half_hour_zones_have_hours_at_minute_zero_of_their_clock() -> None:
    assert hour_start(ms("2024-01-01T05:15"), "Asia/Kolkata") == ms("2024-01-01T04:30")


def test_unions_come_off_at_any_depth() -> None:
    value = {NS + "X": {"a": {"array": [{NS + "Y": {"id": {"long": 5}}}]}}}
    assert identifier(field(field(value, "a")[0], "id")) == "5"
    assert unwrap({"id": {"long": 5}}) == {"id": {"long": 5}}


@pytest.mark.parametrize("value", [-1, "-1", "null", "undefined", "NA", "", None, [], {"a": 1}])
def test_sentinels_and_containers_are_no_ids(value: Any) -> None:
    assert identifier(value) is None


def test_times_and_numbers_may_be_text() -> None:
    assert epoch_ms("1704067200000.9") == 1_704_067_200_000
    assert nested_ms(8_640_000_000_000_001) is None
    assert number("-1") == -1
    assert number("much") is None
    assert rfc3339_ms("2021-08-25T02:17:59.7479+02:00") == ms("2021-08-25T00:17:59.747")
    assert rfc3339_ms("2021-08-25") is None


def test_lines_are_counted_by_class(tmp_path: Path) -> None:
    def record(talk_id: str, start: Any = 1_704_067_200_000) -> dict[str, Any]:
        return {"info": {"brandId": "A", "conversationId": talk_id, "startTimeL": start}}

    folder = tmp_path / "liveperson" / "messaging_interactions"
    folder.mkdir(parents=True)
    page = {"conversationHistoryRecords": [record("new"), record("bad", 5), 7]}
    old = [json.dumps(page).encode(), json.dumps(record("x")).encode(), b"\xff", b"", b"[1]\r"]
    (folder / "F.1.1704067300100.a.json").write_bytes(b"\n".join(old))
    new = {"conversationHistoryRecords": [record("x")]}
    (folder / "F.1.1704067300101.a.json").write_text(
        json.dumps(new) + "\n" + '{"conversationHistoryRecords": null}\n{"info": {}}'
    )
    (folder / "notes.json").write_text(json.dumps(record("ignored")))
    tables = compute(tmp_path)
    lines = ("delivered", "accepted", "superseded", "quarantined")
    audit = {
        row["file_name"]: [row[f"lines_{name}"] for name in lines]
        for row in tables["landing_audit"]
    }
    assert audit == {
        "F.1.1704067300100.a.json": [4, 1, 1, 2],
        "F.1.1704067300101.a.json": [3, 2, 0, 1],
    }
    bad = {(r["file_name"], r["line_number"]): r["reason"] for r in tables["quarantined_records"]}
    assert bad == {
        ("F.1.1704067300100.a.json", 1): "wrong_shape",
        ("F.1.1704067300100.a.json", 3): "bad_encoding",
        ("F.1.1704067300100.a.json", 5): "not_an_object",
        ("F.1.1704067300101.a.json", 3): "missing_key",
    }


@pytest.mark.parametrize("seed", range(5))
def test_worlds_are_consistent(tmp_path: Path, seed: int) -> None:
    files = make_world(seed, accounts=12)
    assert files == make_world(seed, accounts=12)
    batches = deliveries(files, 3, seed)
    assert sorted(f.path for batch in batches for f in batch) == sorted(f.path for f in files)
    assert len({file.path for file in files}) == len(files)
    write_world(files, tmp_path)
    tables = compute(tmp_path)
    for mart, keys in GRAIN.items():
        found = [tuple(row[key] for key in keys) for row in tables[mart]]
        assert len(found) == len(set(found)), mart
    for row in tables["landing_audit"]:
        classes = ("accepted", "superseded", "quarantined")
        assert row["lines_delivered"] == sum(row[f"lines_{name}"] for name in classes)
    for row in tables["business_dashboard_brand"]:
        parts = ("agent", "consumer", "system")
        assert row["closed_conversations"] == sum(row[f"closed_by_{part}"] for part in parts)
