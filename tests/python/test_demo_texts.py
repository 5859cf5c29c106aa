"""The demo's text messages: the same bytes at every run, and the stories are as they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo import attentive
from demo.accounts import accounts_csv
from demo.attentive.brands import BRANDS
from demo.attentive.stories import person
from demo.landing import Landing
from oracle import compute
from oracle.attentive import EVENTS, ORDERS, read_events, read_orders
from oracle.concierge import Conversation, conversations_of, winner
from oracle.landing import read_feed
from oracle.readings import DEFAULT
from oracle.settings import read_settings

SEED = 20260401
FERNWICK, OSTLER = BRANDS
Sales = list[tuple[float, str | None]]
Story = Callable[[int], tuple[list[Conversation], Sales]]


def demo(root: Path) -> Landing:
    landing = Landing(root)
    landing.write_text("accounts.csv", accounts_csv(attentive.ACCOUNTS))
    attentive.write(landing, SEED, lambda _: None)
    return landing


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Landing:
    """The demo's files of this vendor."""
    return demo(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="module")
def story(landed: Landing) -> Story:
    """The conversations of a story's subscriber, and the orders with the program that won each."""
    events = read_events(read_feed(landed.root, EVENTS, DEFAULT).current)
    orders = read_orders(read_feed(landed.root, ORDERS, DEFAULT).current)
    settings = read_settings(landed.root)

    def tell(number: int) -> tuple[list[Conversation], Sales]:
        found: list[Conversation] = []
        sales: Sales = []
        for brand in BRANDS:
            phone = person(brand, number).phone
            own = settings[brand.account_id]
            mine = [e for e in events if (e.account, e.phone) == (brand.account_id, phone)]
            talks = conversations_of(mine, own, DEFAULT)
            for order in orders:
                if (order.account, order.phone) == (brand.account_id, phone):
                    won = winner(order, talks, own)
                    sales.append((float(order.value), won.program if won else None))
            found += sorted(talks, key=lambda talk: talk.start_ms)
        return found, sorted(sales)

    return tell


def clock(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%d %H:%M:%S.%f")[:-3]


def spans(talks: list[Conversation]) -> list[tuple[str, str]]:
    return [(clock(talk.start_ms), clock(talk.last_ms)) for talk in talks]


def test_48_hours_and_a_millisecond_more(story: Story) -> None:
    assert spans(story(90)[0]) == [
        ("06 18:00:00.000", "08 18:02:00.000"),
        ("10 18:02:00.001", "10 18:02:00.001"),
    ]


def test_a_late_answer_makes_them_one(story: Story) -> None:
    assert spans(story(91)[0]) == [("12 09:00:00.000", "15 08:00:00.000")]


def test_a_retry_is_no_message(story: Story, landed: Landing) -> None:
    assert spans(story(92)[0]) == [("20 11:00:00.000", "20 11:00:00.000")]
    assert sum(row["lines_superseded"] for row in compute(landed.root)["landing_audit"]) > 500


def test_two_programs_at_once(story: Story) -> None:
    talks, sales = story(93)
    assert [talk.program for talk in talks] == ["CONCIERGE", "LIVE_SMS"]
    assert sales == [(148.0, "LIVE_SMS")]


def test_handed_over_at_the_last_instant(story: Story) -> None:
    assert [talk.escalated for talk in story(94)[0]] == [True]


def test_of_a_journey(story: Story) -> None:
    journey = str(FERNWICK.journey_id("Abandoned basket"))
    assert [(talk.origin, talk.journey) for talk in story(95)[0]] == [("journey", journey)]


def test_bought_in_the_last_second(story: Story) -> None:
    talks, sales = story(96)
    assert len(talks) == 1
    assert sales == [(14.0, None), (68.0, "CONCIERGE")]


def test_nobody_answered(story: Story) -> None:
    assert story(97) == ([], [])


def test_the_same_bytes(landed: Landing, tmp_path: Path) -> None:
    again = demo(tmp_path)
    assert (again.files, again.size, again.counts) == (landed.files, landed.size, landed.counts)
    for path in landed.root.rglob("*.*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(landed.root)).read_bytes() == path.read_bytes()


def test_every_month_has_every_report(landed: Landing) -> None:
    tables = compute(landed.root)
    for name, rows in tables.items():
        if name.startswith("concierge_"):
            months = {(row["account_id"], row["date_day"].month) for row in rows}
            assert months >= {(b.account_id, month) for b in BRANDS for month in (4, 5, 6)}, name
