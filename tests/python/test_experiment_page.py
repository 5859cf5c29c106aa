"""The page "Does messaging cause sales?" on the demo, whose stories are known.

Fernhill Cycles has a campaign with an effect (Fit Advice), one without (Basket Help), one whose split is
broken (Workshop Chat) and one that is too small (Trade Desk).
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from parley.dashboards.publication import open_publication
from rig.demo import Demo

FERNHILL, FIT_ADVICE, BASKET_HELP, WORKSHOP_CHAT, TRADE_DESK = (
    "36431515",
    "4251500040",
    "4251500080",
    "4251500110",
    "4251500140",
)


def draw(path: str) -> None:
    """The page alone, as the app opens it."""
    from pathlib import Path

    from parley.dashboards.experiment import page
    from parley.dashboards.publication import open_publication

    page(open_publication(Path(path)))


def shown(demo: Demo, **address: str) -> AppTest:
    """The page at an address."""
    app = AppTest.from_function(draw, args=(str(demo.published),), default_timeout=600)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    """All that is written on the page, tables included."""
    said = [element.value for element in (*app.title, *app.header, *app.markdown, *app.caption)]
    said += [element.value for element in (*app.info, *app.warning)]
    said += [element.proto.body for element in app.get("html")]
    return "\n".join(said)


@pytest.mark.parametrize(
    ("campaign", "headline", "split"),
    [
        (FIT_ADVICE, "Yes: visitors who can be invited convert more often", "✓ fine"),
        (BASKET_HELP, "No difference seen", "✓ fine"),
        (WORKSHOP_CHAT, "Do not read this one: the split is broken", "✗ broken"),
        (TRADE_DESK, "Too few conversions to tell", "✓ fine"),
    ],
)
def test_each_story_of_the_demo_is_told(
    demo: Demo,
    campaign: str,
    headline: str,
    split: str,
) -> None:
    app = shown(demo, account=FERNHILL, campaign=campaign)
    headings = [element.value for element in app.header]
    assert headline in headings
    # doubts come first
    checks = next(place for place, heading in enumerate(headings) if "sound?" in heading)
    assert checks < headings.index(headline)
    health = next(body.proto.body for body in app.get("html") if "Health checks" in body.proto.body)
    assert split in health


def test_figures_are_the_marts_own(demo: Demo) -> None:
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        row: Any = connection.execute(
            "select incremental_conversions, incremental_conversions_low, incremental_conversions_high, "
            "test_converters, test_units, control_converters, control_units from marts.experiment_lift "
            "where account_id = ? and campaign_id = ? and period = 'all'",
            [FERNHILL, FIT_ADVICE],
        ).fetchone()
        vendor: Any = connection.execute(
            "select sum(engaged), sum(total_conversions_after_engagement) "
            "from marts.business_dashboard_campaign where account_id = ? and campaign_id = ?",
            [FERNHILL, FIT_ADVICE],
        ).fetchone()
    said = texts(shown(demo, account=FERNHILL, campaign=FIT_ADVICE))
    for value in row[:3]:
        assert f"{value:,.0f}" in said
    assert f"{row[3]:,} of {row[4]:,} visitors" in said
    assert f"{row[5]:,} of {row[6]:,} visitors" in said
    assert vendor[1] > 0
    assert "not causal" in said


def test_an_address_that_names_nothing_is_said(demo: Demo) -> None:
    app = shown(demo, account="![nobody](http://x.example)", campaign=FIT_ADVICE)
    assert any("nobody" in warning.value for warning in app.warning)
    assert not any("![" in warning.value for warning in app.warning)
    assert app.query_params["account"] in (app.selectbox[0].value, [app.selectbox[0].value])


def test_the_visitors_behind_it_are_the_counted_ones(demo: Demo) -> None:
    from parley.dashboards.experiment import UNITS

    publication = open_publication(demo.published)
    table = publication.rows(UNITS, {"account_id": FERNHILL, "campaign_id": FIT_ADVICE})
    assert None not in table.column("landed_line").to_pylist()
    arms = table.column("arm").to_pylist()
    converted = [
        arm
        for arm, done in zip(arms, table.column("is_converted").to_pylist(), strict=True)
        if done
    ]
    app = shown(demo, account=FERNHILL, campaign=FIT_ADVICE)
    assert f"{converted.count('TEST'):,} of {arms.count('TEST'):,} visitors" in texts(app)
