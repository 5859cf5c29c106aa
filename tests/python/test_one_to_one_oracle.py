"""One-to-One by hand: the oracle says what a person with a pencil says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oracle import compute
from worlds import make_world

DELIVERED = 1_767_225_600_000
Tables = dict[str, list[dict[str, Any]]]
Land = Callable[..., Tables]


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def event(name: str, at: str, visitor: str | None = "ann", **payload: Any) -> dict[str, Any]:
    return {
        "account_id": "A",
        "event_name": name,
        "occurred_at": ms(at),
        "visitor_id": visitor,
        "page_url": payload.pop("page_url", None),
        "payload": payload,
    }


def asked(name: str, at: str, **more: Any) -> dict[str, Any]:
    return event(name, at, **{"request_id": "r"} | more)


def order(order_id: str, at: str, visitor: str = "ann", **amounts: Any) -> dict[str, Any]:
    return {
        "account_id": "A",
        "order_id": order_id,
        "occurred_at": ms(at),
        "visitor_id": visitor,
        "subtotal": "40.00",
        "total_discounts": "5.00",
        "order_value": "50.00",
    } | amounts


@pytest.fixture
def land(tmp_path: Path) -> Land:
    def write(events: list[Any], orders: list[Any] = (), **settings: str) -> Tables:  # type: ignore[assignment]
        numbered = [{"event_id": f"e{number}"} | one for number, one in enumerate(events)]
        for feed, records in (("events", numbered), ("orders", orders)):
            path = tmp_path / "one_to_one" / feed / f"F.1.{DELIVERED}.part.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(json.dumps(record) for record in records))
        names = ",".join(("account_id", *settings))
        (tmp_path / "accounts.csv").write_text(f"{names}\n{','.join(('A', *settings.values()))}\n")
        return compute(tmp_path)

    return write


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


CALL = [
    asked("fw:live-helper:click-call-agent", "2026-04-01T10:00"),
    asked("agent-answer-call", "2026-04-01T10:01", agent_id=7),
    asked("call-ended", "2026-04-01T10:13:30"),
]
CHAT = [
    asked("agent-start-chat", "2026-04-01T12:00", request_id="c", agent_id=8),
    asked("message", "2026-04-01T12:05", request_id="c", sender="visitor"),
]


def test_a_call_that_was_answered(land: Land) -> None:
    row = only(land(CALL)["one_to_one_daily"])
    assert row["one_to_one_conversations"] == row["one_to_one_video_conversations"] == 1
    assert row["one_to_one_text_conversations"] == 0
    assert row["one_to_one_avg_duration_minutes"] == 13.5
    assert row["visitor_request_acceptance_rate"] == 1
    assert row["agent_request_acceptance_rate"] is None


def test_one_side_alone_is_no_conversation(land: Land) -> None:
    for events in (
        CALL[:1],
        [*CALL[:1], asked("message", "2026-04-01T10:02", sender="visitor")],
        [*CALL[:1], asked("message", "2026-04-01T10:02", sender="auto")],
        [*CALL[:1], asked("visitor-answer-call", "2026-04-01T10:02")],
    ):
        row = only(land(events)["one_to_one_daily"])
        assert row["one_to_one_conversations"] == 0
        assert row["unsuccessful_requests"] == row["unanswered_visitor_requests"] == 1


def test_a_call_with_messages_is_both(land: Land) -> None:
    row = only(
        land([*CALL, asked("message", "2026-04-01T10:02", sender="visitor")])["one_to_one_daily"]
    )
    assert row["one_to_one_conversations"] == row["one_to_one_text_conversations"] == 1
    assert row["one_to_one_video_conversations"] == 1


def test_a_request_that_nobody_opened(land: Land) -> None:
    """A survey comes first; the end of a call opens it, by nobody known."""
    first = asked("nps", "2026-04-01T23:00", rating=4)
    rows = land([first, asked("call-ended", "2026-04-02T01:00")])["one_to_one_daily"]
    opened = next(row for row in rows if row["date_day"] == date(2026, 4, 2))
    assert opened["total_requests"] == opened["video_requests"] == 1
    assert opened["requests_by_agent"] == opened["requests_by_visitor"] == 0
    assert opened["unsuccessful_requests"] == 1
    assert opened["unanswered_visitor_requests"] == 0
    assert len(rows) == 2
    assert only(land([first])["one_to_one_daily"])["total_requests"] == 0


def test_an_unknown_side_and_then_both(land: Land) -> None:
    row = only(
        land(
            [
                asked("call-ended", "2026-04-01T10:00"),
                asked("agent-answer-chat", "2026-04-01T10:01"),
                asked("visitor-answer-call", "2026-04-01T10:02"),
            ]
        )["one_to_one_daily"]
    )
    assert row["one_to_one_conversations"] == 1
    assert row["one_to_one_text_conversations"] == row["one_to_one_video_conversations"] == 1
    assert row["unsuccessful_requests"] == 0


def test_the_window_holds_both_its_ends(land: Land) -> None:
    orders = [
        order("first", "2026-04-01T10:00"),
        order("last", "2026-05-01T10:00"),
        order("late", "2026-05-01T10:00:00.001"),
        order("early", "2026-04-01T09:59:59.999"),
        order("another's", "2026-04-02T00:00", "bob"),
    ]
    rows = land(CALL, orders)["one_to_one_daily"]
    assert sum(row["one_to_one_orders"] for row in rows) == 2
    short = land(CALL, orders, one_to_one_attribution_days="0")["one_to_one_daily"]
    assert only(short)["one_to_one_orders"] == 1


def test_gmv_is_of_video_only_and_aov_of_all(land: Land) -> None:
    """10:30: 35 after the call. 12:30: 35 after both. Another visitor's chat: 40 − 0."""
    events = [*CALL, *({**one, "visitor_id": "bob"} for one in CHAT)]
    orders = [
        order("a", "2026-04-01T10:30"),
        order("b", "2026-04-01T12:30"),
        order("c", "2026-04-01T12:30", "bob", total_discounts=None),
    ]
    row = only(land(events, orders)["one_to_one_daily"])
    assert row["one_to_one_orders"] == 3
    assert row["one_to_one_attributed_gmv"] == 70
    assert row["one_to_one_aov"] == pytest.approx(110 / 3)
    assert row["one_to_one_conversion_rate"] == 1


def test_the_earliest_tag_of_an_order_counts(land: Land) -> None:
    orders = [
        order("a", "2026-04-03T10:00", subtotal=99),
        order("a", "2026-04-02T10:00"),
        order("a", "2026-04-02T10:00", subtotal=45),
    ]
    tables = land(CALL, orders)
    row = next(r for r in tables["one_to_one_daily"] if r["one_to_one_orders"])
    assert row["date_day"] == date(2026, 4, 2)
    assert row["one_to_one_attributed_gmv"] == 40
    audit = next(r for r in tables["landing_audit"] if r["feed"] == "one_to_one/orders")
    assert (audit["lines_accepted"], audit["lines_superseded"]) == (1, 2)


def test_the_latest_conversation_wins_the_sale(land: Land) -> None:
    orders = [order("a", "2026-04-01T10:30"), order("b", "2026-04-01T12:00")]
    rows = land([*CALL, *CHAT], orders)["one_to_one_agents"]
    sales = {row["agent_id"]: row["agent_attributed_sales"] for row in rows}
    assert sales == {"7": 35, "8": 35}
    tied = [*CALL, *({**one, "occurred_at": ms("2026-04-01T10:00")} for one in CHAT)]
    rows = land(tied, orders)["one_to_one_agents"]
    assert {row["agent_id"]: row["agent_attributed_orders"] for row in rows} == {"7": 2, "8": 0}


def test_visitors_are_counted_anew_in_every_period(land: Land) -> None:
    """Ann on a Sunday and a Monday, the 1st; Bob clicks on both."""
    events = [
        event("impression", "2026-05-31T12:00"),
        event("impression", "2026-06-01T12:00"),
        event("click-widget", "2026-05-31T12:00", "bob"),
        event("click-notification", "2026-06-01T12:00", "bob"),
        event("click-widget", "2026-06-01T12:00"),
        event("impression", "2026-06-01T12:00", None),
    ]
    rows = {
        (row["period"], row["period_start"].isoformat()): (
            row["visitors_with_widget_impression"],
            row["visitors_with_clicks"],
            row["widget_ctr"],
        )
        for row in land(events)["one_to_one_visitors"]
    }
    assert rows == {
        ("day", "2026-05-31"): (1, 1, 1),
        ("day", "2026-06-01"): (1, 2, 2),
        ("week", "2026-05-25"): (1, 1, 1),
        ("week", "2026-06-01"): (1, 2, 2),
        ("month", "2026-05-01"): (1, 1, 1),
        ("month", "2026-06-01"): (1, 2, 2),
        ("all", "1970-01-01"): (1, 2, 2),
    }


def test_surveys_are_their_own_dates_and_the_requests_agents(land: Land) -> None:
    events = [
        *CALL,
        asked("nps", "2026-04-02T00:10", rating="5", status="submitted", feedback="NA"),
        asked("nps", "2026-04-02T00:20", rating=2, agent_id="9", status="closed"),
        asked("nps", "2026-04-02T00:30", rating=None, status="lost"),
    ]
    tables = land(events)
    row = next(r for r in tables["one_to_one_daily"] if r["date_day"] == date(2026, 4, 2))
    assert row["one_to_one_avg_rating"] == 3.5
    found = [(r["agent_id"], r["feedback"], r["status"]) for r in tables["one_to_one_nps_feedback"]]
    assert found == [("7", "NA", "submitted"), ("9", None, "closed"), ("7", None, "unknown")]
    counts = {r["rating"]: r["nps_rating_count"] for r in tables["one_to_one_nps_distribution"]}
    assert counts == {5: 1, 2: 1}


def test_hours_are_local_and_pages_are_bare(land: Land) -> None:
    page = "https://shop.example/boots"
    events = [
        asked("click-call-agent", "2026-04-01T22:30", page_url=f"{page}?a=1#b"),
        asked("agent-start-chat", "2026-04-01T22:30", request_id="s", page_url=f"{page}#b?a"),
        asked("agent-start-chat", "2026-04-01T22:30", request_id="t", page_url="?a"),
    ]
    tables = land(events, timezone="Europe/Berlin")
    hour = only(tables["one_to_one_requests_by_hour"])
    assert (hour["date_day"], hour["hour_of_day"]) == (date(2026, 4, 2), 0)
    assert (hour["text_requests_by_hour"], hour["video_requests_by_hour"]) == (2, 1)
    url = only(tables["one_to_one_requests_by_url"])
    assert (url["page_url"], url["requests_by_url"]) == (page, 2)


def test_clicks_on_auto_messages_keep_their_urls(land: Land) -> None:
    events = [
        event("auto-message-shown", "2026-04-01T10:00", auto_message_id=3, url="/a?b"),
        event("auto-message-click", "2026-04-01T10:00", auto_message_id=3, url="/a?b"),
        event("auto-message-click", "2026-04-01T10:00", auto_message_id="3", url="/a?b"),
        event("auto-message-click", "2026-04-01T10:00", auto_message_id="3", url="/a"),
    ]
    rows = land(events)["one_to_one_auto_messages"]
    assert {(r["auto_message_id"], r["url"]): r["auto_message_clicks"] for r in rows} == {
        ("3", "/a?b"): 2,
        ("3", "/a"): 1,
    }


def test_shops_leave_other_accounts_as_they_are() -> None:
    alone = {file.path: file.content for file in make_world(3, 12)}
    both = {file.path: file.content for file in make_world(3, 12, one_to_one=9)}
    settings = both.pop("accounts.csv")
    assert settings.startswith(alone.pop("accounts.csv"))
    assert alone == {p: c for p, c in both.items() if p.startswith("liveperson/")}
    assert any(path.startswith("one_to_one/") for path in both)
