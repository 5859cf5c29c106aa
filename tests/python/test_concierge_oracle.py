"""Hand-worked vectors of conversations by text message: the oracle says what a pencil says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oracle import Readings, compute
from oracle.attentive import content_key, iso8601_ms, order_value
from rig.texting import STORIES, Record, answers, asks, buys, hands_over, of_account, sends

DELIVERED = 1_767_225_600_000
Tables = dict[str, list[dict[str, Any]]]
Land = Callable[..., Tables]
MONDAY, TUESDAY = date(2024, 3, 4), date(2024, 3, 5)


@pytest.fixture
def land(tmp_path: Path) -> Land:
    def write(*records: Record, readings: Readings | None = None, **settings: str) -> Tables:
        lines: dict[str, list[str]] = {}
        for record in records:
            feed, _, body = of_account("A", record)
            lines.setdefault(feed, []).append(json.dumps(body))
        for feed, texts in lines.items():
            path = tmp_path / feed / f"F.1.{DELIVERED}.part.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(texts))
        names = ",".join(("account_id", *settings))
        (tmp_path / "accounts.csv").write_text(f"{names}\n{','.join(('A', *settings.values()))}\n")
        return compute(tmp_path, readings or Readings())

    return write


def total(tables: Tables, report: str, metric: str) -> Any:
    return sum(row[f"concierge_{metric}"] for row in tables[f"concierge_{report}"])


def conversations(tables: Tables) -> int:
    return int(total(tables, "performance", "conversations"))


@pytest.mark.parametrize(
    ("hours", "number"),
    [([0, 48], 1), ([0, 48.001], 2), ([0, 48, 96], 1), ([0, 40, 89], 2), ([0, 0], 1)],
)
def test_a_conversation_ends_48_hours_after_its_last_message(
    land: Land, hours: list[float], number: int
) -> None:
    texts = [asks(hour, text=f"{place}") for place, hour in enumerate(hours)]
    assert conversations(land(*texts)) == number


def test_an_answer_keeps_it_open_and_never_opens_one(land: Land) -> None:
    assert conversations(land(asks(0), answers(40), asks(88))) == 1
    assert conversations(land(asks(0), answers(49), asks(60))) == 2
    assert conversations(land(answers(0))) == 0


def test_at_one_instant_the_subscriber_speaks_first(land: Land) -> None:
    assert conversations(land(answers(10), asks(10), asks(11), concierge_idle_hours="1")) == 1


def test_idle_hours_are_a_setting_and_the_origin_is_not(land: Land) -> None:
    tables = land(
        sends(-47, "CAMPAIGN", "c"), asks(0), asks(2), asks(3), concierge_idle_hours="1.5"
    )
    assert conversations(tables) == 2
    assert total(tables, "conversation", "conversations_campaigns") == 1
    assert total(tables, "conversation", "conversations_subscriber_initiated") == 1


def test_programs_and_phones_are_apart(land: Land) -> None:
    texts = [asks(0), asks(1, program="LIVE_SMS"), asks(2, "+1"), asks(3, None), asks(4, type="X")]
    tables = land(*texts, answers(5, program="LIVE_SMS"))
    assert conversations(tables) == 3
    (row,) = tables["concierge_livesms"]
    assert row["concierge_conversations"] == row["livesms_avg_replied_per_conversation"] == 1
    assert row["concierge_time_saved_hours"] == pytest.approx(5 / 60)


def test_at_one_instant_a_journey_is_the_origin(land: Land) -> None:
    texts = [
        sends(1, "CAMPAIGN", "9"),
        sends(1, "JOURNEY", "10"),
        sends(1, "JOURNEY", "9"),
        asks(1),
    ]
    (row,) = [
        row
        for row in land(*texts)["concierge_performance_by_journey"]
        if row["concierge_conversations"]
    ]
    assert (row["journey_id"], row["concierge_response_rate"]) == ("9", 1.0)
    other = land(*texts, readings=Readings(journey_wins_a_tie=False))
    assert total(other, "conversation", "conversations_campaigns") == 1


def test_escalated_while_it_is_open(land: Land) -> None:
    (row,) = land(asks(0), hands_over(48))["concierge_support"]
    assert row["concierge_conversations_resolved_pct"] == 1.0
    assert row["not_escalated_pct"] == 0.0
    (row,) = land(asks(0), hands_over(48.001))["concierge_support"]
    assert row["concierge_conversations_resolved_pct"] == 0.0


def test_it_counts_on_the_conversations_local_date(land: Land) -> None:
    tables = land(asks(28), hands_over(60), timezone="America/New_York")
    (row,) = tables["concierge_performance"]
    assert (row["date_day"], row["concierge_conversations_resolved_pct"]) == (MONDAY, 1.0)


def test_the_latest_conversation_of_any_program_wins_an_order(land: Land) -> None:
    texts = [sends(0, "JOURNEY", "j"), asks(1), asks(2, program="LIVE_SMS")]
    tables = land(*texts, buys(24, "5", "o"), buys(122, 7, "p"), buys(122.001, 1, "q"))
    assert total(tables, "livesms", "attributable_revenue") == 12
    assert total(tables, "livesms", "conversions") == 2
    assert total(tables, "performance_by_journey", "attributable_revenue") == 12
    assert {row["date_day"] for row in tables["concierge_livesms"]} == {
        MONDAY,
        TUESDAY,
        date(2024, 3, 9),
    }


def test_sends_that_are_not_an_agents_are_the_denominator(land: Land) -> None:
    texts = [
        sends(5, "CAMPAIGN", 1),
        sends(6, "TRANSACTIONAL", 1, "+1"),
        sends(7, "NEW", 1),
        answers(8),
        asks(9),
    ]
    (row,) = land(*texts)["concierge_conversation"]
    assert row["concierge_response_rate"] == pytest.approx(1 / 3)
    assert row["concierge_outbound_messages"] == 1


def test_a_retry_is_the_same_event(land: Land, tmp_path: Path) -> None:
    land(asks(0, text="é"), asks(0, text="e"))
    path = tmp_path / "attentive/events" / f"F.1.{DELIVERED + 1}.part.json"
    _, _, body = of_account("A", asks(0, text="é"))
    backwards = {name: body[name] for name in reversed(body)}
    path.write_text(json.dumps(backwards, ensure_ascii=False, indent=1).replace("\n", " "))
    first, second = compute(tmp_path)["landing_audit"]
    assert (first["lines_accepted"], first["lines_superseded"]) == (1, 1)
    assert second["lines_accepted"] == 1


def test_content_tells_numbers_apart_as_they_are_written() -> None:
    assert content_key({"b": 1, "a": 2}) == content_key({"a": 2, "b": 1})
    assert content_key({"a": 1}) != content_key({"a": 1.0})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-03-30T14:38:29+0000", 1_617_115_109_000),
        ("2021-03-30T14:38:29Z", 1_617_115_109_000),
        ("2021-03-30T16:38:29.5+02:00", 1_617_115_109_500),
        ("2021-03-30T09:38:29.1239-05", 1_617_115_109_123),
        ("2021-03-30T14:38:29", 1_617_115_109_000),
        ("2021-03-30", None),
        ("2021-02-30T14:38:29Z", None),
        (1_617_115_109_000, None),
        ("NA", None),
    ],
)
def test_times_of_orders(text: Any, expected: int | None) -> None:
    assert iso8601_ms(text) == expected


def test_an_order_is_worth_first_price_times_quantity() -> None:
    items = [
        {"price": [{"value": "19.99"}, {"value": 1}], "quantity": 2},
        {"price": [{"value": 5}]},
        {"price": []},
        {"quantity": 3},
        None,
    ]
    assert float(order_value(items)) == 44.98
    assert order_value(None) == 0


@pytest.mark.parametrize("name", STORIES)
def test_the_second_half_of_a_story_changes_something(land: Land, name: str) -> None:
    first, second = STORIES[name]
    before = land(*first)
    assert reports(land(*first, *second)) != reports(before)


def reports(tables: Tables) -> Tables:
    return {name: rows for name, rows in tables.items() if name.startswith("concierge_")}
