"""What is on the dashboards' pages, what an address means, and how figures are written."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from gates.catalogue import panels
from parley.dashboards import __main__ as command
from parley.dashboards import state
from parley.dashboards.charts import missing_rows
from parley.dashboards.formats import change, days, escaped, figure
from parley.dashboards.grids import Column, Grid
from parley.dashboards.registry import Board, board, boards, read_item
from parley.dashboards.state import Choices, View
from parley.dashboards.tables import csv_bytes, parquet_bytes, table_html

#: Which page shows a surface of the catalogue.
PAGES = {
    "business_dashboard": "business",
    "performance_dashboard": "performance",
    "marketplace": "marketplace",
    "concierge": "concierge",
    "one_to_one": "one_to_one",
}
#: Graphs and tables that the documents call by a name, and the panels that they are in.
NAMED = {
    "business": dict.fromkeys(
        ("Efficiency", "Conversion", "Consumer experience"), ("brand", "campaign", "engagement")
    ),
    "performance": {"The three groups side by side": ("brand",)},
    "marketplace": {
        "Number of Opened Conversations by day": ("network",),
        "Closed Conversations by Conversation Type": ("network",),
        "Closed Conversations by Subscriber": ("network",),
        "Average Wait Time for First Human Response": ("network",),
    },
    "concierge": {},
    "one_to_one": {
        "Conversation breakdown trend": ("conversations",),
        "Widget CTR Trend": ("conversations",),
        "Avg Rating Trend": ("nps",),
        "NPS Rating Distribution": ("nps",),
        "NPS Feedback Detail": ("nps",),
        "Total Request: agent against visitor": ("requests",),
        "Request Breakdown": ("requests",),
        "Top URL by Request": ("requests",),
        "Call Request and Text Request Daily Trend": ("requests",),
        "Request Rate Daily Trend": ("requests",),
        "Visitor Request Acceptance Rate Daily Trend": ("requests",),
        "Call Request and Text Request by Hour of the day": ("requests",),
        "Most clicked Auto Message trigger": ("requests",),
        "Most Clicked Auto-Triggered Messages": ("requests",),
        "Agent Leaderboard": ("team",),
        "Average Rating Trend": ("team",),
        "Agent Initiated Request Trend": ("team",),
        "Agent Initiated Request Acceptance Rate Trend": ("team",),
        "Total Conversation Trend": ("team",),
    },
}
#: Of which reports the document of Concierge says that they have these rows.
REPORTS = {
    "concierge_attributable_revenue": {"performance", "livesms", "performance_by_journey"},
    "concierge_outbound_messages": {"performance", "conversation", "support"},
    "concierge_cvr": {"livesms", "performance_by_journey"},
    "concierge_conversations": {board_panel.id for board_panel in board("concierge").panels},
    "concierge_conversations_campaigns": {"conversation"},
    "concierge_conversations_journeys": {"conversation"},
    "concierge_conversations_subscriber_initiated": {"conversation"},
    "concierge_conversations_resolved_pct": {"performance", "support"},
    "concierge_conversions": {"livesms", "performance_by_journey"},
    "concierge_response_rate": {"performance", "conversation", "performance_by_journey"},
    "concierge_time_saved_hours": {"performance", "support", "livesms"},
    "livesms_avg_replied_per_conversation": {"livesms"},
    "livesms_escalations": {"livesms"},
    "not_escalated_pct": {"performance", "support"},  # the sensible reading, beside the vendor's
}


def shown_in(page: Board, panel: str) -> set[str]:
    return {name for _, item in page.panel(panel).items() for name in item.all_metrics}


def test_every_metric_of_a_panel_is_in_the_panel_of_its_page() -> None:
    missing = []
    for row in panels():
        surface = next(name for name in PAGES if row["mart"].startswith(name))
        page, panel = board(PAGES[surface]), row["mart"].removeprefix(f"{surface}_")
        wanted = [panel] if panel in {one.id for one in page.panels} else None
        found = set().union(
            *(shown_in(page, name) for name in wanted or [p.id for p in page.panels])
        )
        if row["metric_id"] not in found:
            missing.append(f"{page.id} {panel}: {row['metric_id']}")
    assert not missing, "\n".join(missing)


def test_a_report_of_concierge_has_the_rows_that_its_document_lists_and_no_others() -> None:
    page = board("concierge")
    for panel in page.panels:
        listed = {name for name, reports in REPORTS.items() if panel.id in reports}
        assert shown_in(page, panel.id) == listed, panel.id


@pytest.mark.parametrize("page", boards(), ids=lambda page: page.id)
def test_named_graphs_and_tables_are_in_their_panels(page: Board) -> None:
    for name, wanted in NAMED[page.id].items():
        for panel in wanted:
            assert name in {item.label for _, item in page.panel(panel).items()}, (panel, name)


def test_items_are_called_by_one_name_in_a_panel() -> None:
    for page in boards():
        for panel in page.panels:
            ids = [item.id for _, item in panel.items()]
            assert len(ids) == len(set(ids)), (page.id, panel.id)


def test_a_misspelt_item_is_refused() -> None:
    with pytest.raises(ValueError, match="has no metrik"):
        read_item({"id": "a", "kind": "table", "metrik": []})
    with pytest.raises(ValueError, match="no known kind"):
        read_item({"id": "a", "kind": "pie"})


CHOICES = Choices(
    {"a1": "Acme"},
    date(2026, 4, 1),
    date(2026, 6, 30),
    date(2026, 5, 29),
    {"initial_device": {"DESKTOP": "Desktop"}},
    {"campaign": {"c1": "Spring"}},
)


def read(parameters: dict[str, list[str]]) -> tuple[View, list[str]]:
    notes: list[str] = []
    return state.read_view(parameters, board("business"), "a1", CHOICES, notes), notes


def test_the_first_view_is_the_newest_30_final_days_and_is_written_out() -> None:
    """30 days that end on 29 May: 30 April to 29 May."""
    view, notes = read({})
    assert view.parameters() == {
        "account": ["a1"],
        "from": ["2026-04-30"],
        "to": ["2026-05-29"],
        "panel": ["brand"],
    }
    assert notes == []


def test_an_address_is_read_back_as_it_was_written() -> None:
    said = {
        "account": ["a1"],
        "from": ["2026-05-01"],
        "to": ["2026-05-07"],
        "panel": ["campaign"],
        "initial_device": ["DESKTOP"],
        "in_campaign": ["c1"],
    }
    view, notes = read(said)
    assert view.parameters() == said
    assert notes == []


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ({"from": ["2026-13-01"], "to": ["2026-05-01"]}, "'2026-13-01' is not a date"),
        ({"from": ["0001-01-01"], "to": ["2026-05-01"]}, "'0001-01-01' is not a date"),
        ({"from": ["2026-05-01"], "to": ["9999-12-31"]}, "'9999-12-31' is not a date"),
        ({"from": ["2026-05-02"], "to": ["2026-05-01"]}, "before it begins on 2 May 2026"),
        ({"from": ["2020-01-01"], "to": ["2020-02-01"]}, "no data from 1 Jan 2020 to 1 Feb 2020"),
        ({"panel": ["brands"]}, "There is no panel 'brands'"),
        ({"initial_device": ["FRIDGE"]}, "no initial device 'FRIDGE'"),
        ({"in_campaign": ["c9"]}, "no campaign 'c9'"),
    ],
)
def test_a_value_that_cannot_be_used_falls_back_with_a_note(
    said: dict[str, list[str]], note: str
) -> None:
    view, notes = read(said)
    assert view == read({})[0]
    assert len(notes) == 1
    assert note in notes[0]


def test_another_account_is_not_taken_for_one_that_is_there() -> None:
    notes: list[str] = []
    assert state.read_account({"account": ["a9"]}, {"a1": "Acme"}, notes) == "a1"
    assert notes == ["This page has no account 'a9'; it shows Acme (a1)."]


def test_the_previous_period_has_the_same_length_and_is_cut_where_the_data_ends() -> None:
    """Before the ten days of 10 to 19 May are 30 April to 9 May.

    With data until 13 May, four of the ten have elapsed: 30 April to 3 May.
    """
    view = View("a1", date(2026, 5, 10), date(2026, 5, 19), "brand")
    assert state.previous_period(view, date(2026, 6, 30)) == (date(2026, 4, 30), date(2026, 5, 9))
    assert state.previous_period(view, date(2026, 5, 13)) == (date(2026, 4, 30), date(2026, 5, 3))


def test_the_longest_range_has_one_before_it() -> None:
    """Of 36,527 days each: a hundred years without a 29 February 1900 are 36,524."""
    view, notes = read({"from": ["1999-12-31"], "to": ["2100-01-01"]})
    assert notes == []
    assert state.previous_period(view, date(2100, 1, 1)) == (date(1899, 12, 28), date(1999, 12, 30))


def test_another_page_goes_on_with_the_range_and_filters_but_not_with_the_search() -> None:
    view = View(
        "a1",
        date(2026, 5, 10),
        date(2026, 5, 19),
        "campaign",
        {"initial_device": ("DESKTOP",), "goal_type": ()},
        {"campaign": ("c1",)},
    )
    filters = {"account": ["a1"], "initial_device": ["DESKTOP"]}
    assert view.carried(is_first=True) == filters
    dates = {"from": ["2026-05-10"], "to": ["2026-05-19"]}
    assert view.carried(is_first=False) == filters | dates


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "ratio", "–"),
        (1234567, "count", "1,234,567"),
        (0.1234, "ratio", "12.3\u202f%"),
        (1234.5, "currency", "AUD 1,234.50"),
        (-3.2, "currency", "−AUD 3.20"),
        (45.0, "seconds", "45 s"),
        (192.4, "seconds", "3 min 12 s"),
        (18_240, "seconds", "5 h 04 min"),
        (200_000, "seconds", "2 d 7 h"),
        (13.15, "minutes", "13 min 09 s"),
        (33.953, "hours", "34.0 h"),
        (1.069, "number", "1.07"),
        (0.0142, "per_hour", "0.014"),
    ],
)
def test_a_figure_is_written_by_its_unit(value: Any, unit: str, text: str) -> None:
    assert figure(value, unit, "AUD") == text


@pytest.mark.parametrize(
    ("now", "before", "unit", "text"),
    [
        (110, 100, "count", "+10.0\u202f%"),
        (90, 100, "count", "−10.0\u202f%"),
        (0.25, 0.2, "ratio", "+5.0 points"),
        (0.5751, 0.5754, "ratio", "±0.0 points"),
        (4.1, 4.24, "score", "−0.14"),
        (7, 7, "count", "unchanged"),
        (7, 0, "count", ""),
        (7, None, "count", ""),
    ],
)
def test_a_change_is_in_points_for_rates_and_in_per_cent_for_amounts(
    now: Any, before: Any, unit: str, text: str
) -> None:
    assert change(now, before, unit) == text


def test_a_member_without_a_row_on_a_date_has_a_gap_or_zero_there() -> None:
    """Ada has a row on 1 May, Bo on 2 May: a rating of nobody is a gap, requests of nobody are 0.

    Where data ends on 1 May, nobody's requests of 2 May are known.
    """
    rows = [
        {"date": "2026-05-01", "series": "Ada", "value": 4},
        {"date": "2026-05-02", "series": "Bo", "value": 5},
    ]
    asked = (rows, ["2026-05-01", "2026-05-02"], ["Ada", "Bo"])
    assert missing_rows(*asked, "score", "", "2026-05-02") == [
        {"date": "2026-05-02", "series": "Ada", "value": None, "text": "–"},
        {"date": "2026-05-01", "series": "Bo", "value": None, "text": "–"},
    ]
    for until, values in (("2026-05-02", [0, 0]), ("2026-05-01", [None, 0])):
        assert [row["value"] for row in missing_rows(*asked, "count", "", until)] == values


def test_a_range_says_its_month_and_year_once() -> None:
    assert days(date(2026, 5, 1), date(2026, 5, 1)) == "1 May 2026"
    assert days(date(2026, 5, 1), date(2026, 5, 7)) == "1 to 7 May 2026"
    assert days(date(2026, 4, 30), date(2026, 5, 7)) == "30 Apr to 7 May 2026"
    assert days(date(2025, 12, 30), date(2026, 1, 2)) == "30 Dec 2025 to 2 Jan 2026"


def test_texts_of_data_and_address_are_no_markdown() -> None:
    assert "![" not in escaped("![x](http://example.com/x.png)")
    assert "$" not in escaped("$a$").replace("\\$", "")


GRID = Grid(
    (Column("campaign", "Campaign"), Column("exposed", "EXPOSED", "count")),
    [
        {"campaign": "c1", "campaign_name": "<b>Spring", "exposed": 3},
        {"campaign": "c2", "campaign_name": "Autumn", "exposed": None},
    ],
    totals={"exposed": 3},
)


def test_files_have_the_rows_of_the_table() -> None:
    table = GRID.table()
    assert table.column_names == ["campaign", "campaign_name", "exposed"]
    assert pyarrow.csv.read_csv(io.BytesIO(csv_bytes(table))).to_pylist() == GRID.rows
    read_back = pyarrow.parquet.read_table(io.BytesIO(parquet_bytes(table, {"from": "2026-05-01"})))
    assert read_back.to_pylist() == GRID.rows
    assert read_back.schema.metadata[b"from"] == b"2026-05-01"


def test_a_spreadsheet_calculates_nothing_that_a_visitor_wrote() -> None:
    """Texts that it would take for formulas have an apostrophe before them; numbers and Parquet stay."""
    formulas = ["=1+1", "+1-2", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "＝1", "-", "+a"]
    texts = ["-2.5", "+13115550101", "-1", "1-2", "a=1", "'=1", "", None, "'"]
    table = pa.table({"text": formulas + texts, "n": [-1] * (len(formulas) + len(texts))})
    options = pyarrow.csv.ConvertOptions(
        column_types={"text": pa.string()},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    read = pyarrow.csv.read_csv(
        io.BytesIO(csv_bytes(table)), parse_options=parsing, convert_options=options
    ).to_pydict()
    assert read["text"] == [f"'{text}" for text in formulas] + texts
    assert read["n"] == table["n"].to_pylist()
    kept = pyarrow.parquet.read_table(io.BytesIO(parquet_bytes(table, {})))
    assert kept["text"].to_pylist() == formulas + texts


def test_a_table_shows_names_with_ids_in_the_tooltip_and_lets_no_markup_in() -> None:
    html = table_html(GRID, "Funnel", "AUD")
    assert "title='campaign c1'>&lt;b&gt;Spring</td>" in html
    assert "<b>" not in html
    assert "<th scope='row' colspan='1'>Total</th><td class='figure'>3</td>" in html


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"PARLEY_PUBLISHED": "nowhere.duckdb"},
            "There is no published file at nowhere.duckdb yet",
        ),
        ({"PARLEY_DASHBOARDS_PORT": "http"}, "PARLEY_DASHBOARDS_PORT is 'http'; set it to a port"),
        ({"PARLEY_DASHBOARDS_PORT": "0"}, "PARLEY_DASHBOARDS_PORT is '0'; set it to a port"),
        ({"PARLEY_DASHBOARDS_HOST": "203.0.113.1"}, "203.0.113.1:8501 cannot be listened on"),
        ({"PARLEY_DASHBOARDS_HOST": ".example"}, ".example:8501 cannot be listened on"),
        ({"PARLEY_DASHBOARDS_PORT": "9" * 5000}, "a port from 1 to 65535"),
    ],
)
def test_what_keeps_the_pages_from_opening_is_said_in_a_sentence(
    settings: dict[str, str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    duckdb.connect(str(tmp_path / "published.duckdb")).close()
    monkeypatch.setenv("PARLEY_PUBLISHED", str(tmp_path / "published.duckdb"))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(command, "serve", pytest.fail)
    assert command.main([]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_who_listens_to_more_than_this_machine_is_told_who_sees_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb.connect(str(tmp_path / "published.duckdb")).close()
    monkeypatch.setenv("PARLEY_PUBLISHED", str(tmp_path / "published.duckdb"))
    monkeypatch.setenv("PARLEY_DASHBOARDS_HOST", "0.0.0.0")
    monkeypatch.setattr(command, "check_free", lambda *_: None)
    served: list[list[str]] = []
    monkeypatch.setattr(command, "serve", lambda told: served.append(list(told)) or 0)
    assert command.main([]) == 0
    assert "sees the figures of every account" in capsys.readouterr().err
    assert "--server.address=0.0.0.0" in served[0]
    assert "--browser.gatherUsageStats=false" in served[0]
