"""The dashboards' pages over the demo: put together in process, then read in a browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from parley.dashboards.publication import NEEDED
from parley.dashboards.registry import Board, Item, Panel, boards
from rig.demo import Demo
from rig.waiting import eventually
from test_docs_page import BROWSERS

pytestmark = pytest.mark.slow

PANELS = [(page, panel) for page in boards() for panel in page.panels]
PATIENCE_MS = 600_000  # a page takes a second or two; a machine with much else to do is no failure
TRIES = 5  # to find a port that stays free until the server listens there
READY = (
    "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
)
WIDTHS = (1400, 390)
#: An account with figures in every panel of the business dashboard.
ACCOUNT = "36412323"
RANGE = "from=2026-05-16&to=2026-06-14"


def one_page(file: str, name: str) -> None:
    """A dashboard's page. Streamlit runs this text by itself, so that everything is imported here."""
    from pathlib import Path

    from parley.dashboards.opening import current
    from parley.dashboards.registry import board
    from parley.dashboards.shell import page

    page(current(Path(file)), board(name))


def drawn(page: Callable[..., None], *arguments: str) -> AppTest:
    """What a page, or a part of one, draws without an exception."""
    test = AppTest.from_function(page, args=arguments, default_timeout=600)
    test.run()
    assert not test.exception
    return test


def run_page(demo: Demo, page: str, **parameters: str | list[str]) -> AppTest:
    """The page at an address."""
    test = AppTest.from_function(one_page, args=(str(demo.published), page), default_timeout=600)
    for name, value in parameters.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def query_of(test: AppTest, name: str) -> list[str]:
    """The values of a parameter of the page's address."""
    value = test.query_params[name]
    return [value] if isinstance(value, str) else value


def html_of(test: AppTest) -> str:
    """All that the page writes as HTML."""
    return "".join(element.proto.body for element in test.get("html"))


def labels_of(test: AppTest) -> set[str]:
    """The names of a page's tiles, charts, folded tables and tables."""
    names = {button.label for button in test.button}
    names |= {element.value.removeprefix("### ") for element in test.markdown}
    names |= {element.label for element in test.get("expander")}
    return names | set(re.findall(r"<caption>(.*?)</caption>", html_of(test)))


def wanted_of(item: Item, labels: dict[str, str]) -> set[str]:
    """What an item shows itself by."""
    if item.kind == "tiles":
        return {item.names.get(name) or labels[name] for name in item.metrics}
    return {item.label}


@pytest.fixture(scope="module")
def labels(demo: Demo) -> dict[str, str]:
    """The documents' labels of all metrics."""
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        rows = connection.execute(
            "select distinct metric_id, label from parley_marts.marts.metric_catalog"
        ).fetchall()
    return dict(rows)


@pytest.mark.parametrize(
    ("page", "panel"), PANELS, ids=[f"{page.id}-{panel.id}" for page, panel in PANELS]
)
def test_every_item_is_found_on_its_page(
    demo: Demo,
    labels: dict[str, str],
    page: Board,
    panel: Panel,
) -> None:
    test = run_page(demo, page.id, panel=panel.id)
    assert [title.value for title in test.title] == [page.title]
    assert [header.value for header in test.header] == [s.title for s in panel.sections]
    shown = labels_of(test)
    wanted = {name for _, item in panel.items() for name in wanted_of(item, labels)}
    assert wanted <= shown, wanted - shown
    charts = [item for _, item in panel.items() if item.kind not in ("tiles", "table", "records")]
    drawn = test.get("vega_lite_chart")
    assert len(drawn) >= len([item for item in charts if item.kind != "comparison"])
    assert all(chart.proto.alt for chart in drawn)
    assert not test.warning


def test_the_address_is_written_out_and_a_search_filters_its_panel_alone(demo: Demo) -> None:
    found = run_page(demo, "business", account=ACCOUNT, panel="campaign")
    assert {"account", "from", "to", "panel"} == set(found.query_params)
    first = next(box for box in found.multiselect if box.key == "in_campaign")
    chosen = first.options[0]
    first.select(chosen).run()
    key = re.search(r"\((\S+)\)$", chosen)
    assert key is not None
    assert query_of(found, "in_campaign") == [key[1]]
    tables = re.findall(r"<table class='grid'>.*?</table>", html_of(found))
    members = {
        member for table in tables for member in re.findall(r"title='campaign (\S+)'", table)
    }
    assert members == {key[1]}
    searched = html_of(found)
    other = run_page(demo, "business", account=ACCOUNT, panel="engagement", in_campaign=key[1])
    alone = run_page(demo, "business", account=ACCOUNT, panel="engagement")
    assert html_of(other) == html_of(alone) != searched
    assert query_of(other, "in_campaign") == [key[1]]


def test_a_choice_is_in_the_address_and_what_cannot_follow_says_why(demo: Demo) -> None:
    found = run_page(demo, "business", account=ACCOUNT, panel="campaign")
    before = html_of(found)
    box = next(box for box in found.multiselect if box.key == "filter_agent_group")
    box.select(box.options[0]).run()
    assert not found.exception
    assert len(query_of(found, "agent_group")) == 1
    assert "Visits have no agent group: only conversations do." in html_of(found) != before
    # what has no figure is still called by its name
    assert {"Funnel by campaign", "Control group by campaign"} <= labels_of(found)


def test_a_bad_address_is_answered_with_notes_and_the_first_view(demo: Demo) -> None:
    bad = {
        "account": "nobody",
        "from": "yesterday",
        "to": "2026-05-01",
        "panel": "![x](http://x.example)",
    }
    found = run_page(demo, "business", **bad)
    notes = [note.value for note in found.warning]
    assert len(notes) == 3
    assert not [note for note in notes if "![" in note]
    assert len(found.header) == 7


@pytest.mark.parametrize("page", boards(), ids=lambda page: page.id)
def test_where_nothing_was_delivered_the_page_says_so(tmp_path: Path, page: Board) -> None:
    published = tmp_path / "parley_marts.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        for mart in NEEDED | {page.mart}:
            connection.execute(
                f"create table marts.{mart} (account_id text, account_name text, provider_account_id text)"
            )
    test = drawn(one_page, str(published), page.id)
    assert [info.value for info in test.info] == [
        "Nothing that this dashboard shows has been delivered yet."
    ]
    assert not test.header


def test_an_account_without_data_is_on_the_start_page(tmp_path: Path) -> None:
    published = tmp_path / "parley_marts.duckdb"
    figures = {"business_dashboard_brand", "concierge_performance", "one_to_one_daily"}
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        for mart in NEEDED | figures:
            connection.execute(f"create table marts.{mart} (account_id text, date_day date)")
        connection.execute(
            "create or replace table marts.accounts as select '1' as account_id, 'Acme' as "
            "account_name, 'EUR' as currency, 'UTC' as time_zone, null::date as first_open_date"
        )

    def accounts_page(file: str) -> None:
        from pathlib import Path

        from parley.dashboards.opening import current
        from parley.dashboards.start import accounts

        accounts(current(Path(file)))

    test = drawn(accounts_page, str(published))
    cells = re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", html_of(test))
    assert cells[-7:] == ["Acme", "1", "\N{EN DASH}", "EUR", "UTC", "none yet", "none yet"]


def test_all_files_that_are_not_read_are_counted(tmp_path: Path) -> None:
    """60 of them, of which 50 are shown; of 1,000 lines none is in quarantine."""
    published = tmp_path / "parley_marts.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        for mart in NEEDED:
            connection.execute(f"create table marts.{mart} (account_id text)")
        connection.execute(
            "create table marts.landing_audit as select 'attentive/events' as feed, "
            "timestamp '2026-01-01' as delivered_at, 1000 as lines_delivered, 1000 as lines_accepted, "
            "0 as lines_superseded, 0 as lines_quarantined"
        )
        connection.execute(
            "create table marts.unread_files as select 'no_file' as reason, 'f' || i as path, "
            "null::bigint as bytes from range(60) as files (i)"
        )

    def landed_page(file: str) -> None:
        from pathlib import Path

        from parley.dashboards.opening import current
        from parley.dashboards.start import landed

        landed(current(Path(file)))

    test = drawn(landed_page, str(published))
    assert "**60** files not read" in test.markdown[0].value
    assert "Files that are not read: the first 50 of 60" in html_of(test)
    assert html_of(test).count("no file") == 50


def test_a_tile_leads_to_its_definition_and_its_sql(demo: Demo) -> None:
    found = run_page(demo, "business", account=ACCOUNT, panel="brand")
    next(button for button in found.button if button.label == "EXPOSED RATE").click().run()
    assert not found.exception
    assert any("`exposed / prospects`" in text.value for text in found.markdown)
    sql = found.code[0].value
    assert f"'{ACCOUNT}'" in sql
    assert "$" not in sql
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        connection.execute("use parley_marts")
        rows = connection.execute(sql).fetchall()
    shown = re.findall(r"<div class='value'>([\d.]+)\u202f%</div>", html_of(found))
    assert f"{100 * rows[0][0]:.1f}" in shown


def serve(published: Path, home: Path) -> tuple[str, Popen[bytes]]:
    """A server on a port that is free now; whoever takes it before the server does ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "PARLEY_PUBLISHED": str(published),
        "PARLEY_DASHBOARDS_PORT": str(port),
        "HOME": str(home),
    }
    process = Popen(
        [sys.executable, "-m", "parley.dashboards"],
        env=os.environ | settings,
        stdout=DEVNULL,
        cwd=home,
    )
    return f"http://127.0.0.1:{port}", process


def has_begun_or_ended(process: Popen[bytes], address: str) -> bool:
    """Whether the server answers, or never will."""
    if process.poll() is not None:
        return True
    try:
        urllib.request.urlopen(f"{address}/_stcore/health", timeout=60).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The pages' address, and the home of whoever serves them."""
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no browser on the path")
    home = tmp_path_factory.mktemp("home")
    for _ in range(TRIES):
        address, process = serve(demo.published, home)
        try:
            eventually(partial(has_begun_or_ended, process, address), "it serves")
            if process.poll() is None:
                yield address, home
                return
        finally:
            process.terminate()
            process.wait(120)
    pytest.fail("the server ended each time")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium for all checks."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser: none of {', '.join(BROWSERS)} is on the path"
        if os.environ.get("PARLEY_REQUIRE_BROWSER", "") not in ("", "0"):
            pytest.fail(f"PARLEY_REQUIRE_BROWSER is set, and there is {reason}")
        pytest.skip(reason)
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


def settle(page: Any, heading: str) -> None:
    """Wait until the page of this heading is whole."""
    page.get_by_role("heading", name=heading, exact=True).first.wait_for()
    page.wait_for_timeout(500)
    page.wait_for_function(READY)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")


@pytest.mark.browser
def test_pages_break_no_rule_of_accessibility_and_ask_nobody_else(
    browser: Any, served: tuple[str, Path]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    address, home = served
    pages = {"": "Parley", "experiment": "Does messaging cause sales?"}
    pages |= {page.id: page.title for page in boards()}
    pages["business?panel=campaign"] = pages.pop("business")
    strangers: list[str] = []
    broken: list[str] = []
    for width in WIDTHS:
        scheme = "light" if width == WIDTHS[0] else "dark"
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "request",
            lambda asked: (
                strangers.append(asked.url)
                if not asked.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )
        for place, title in pages.items():
            page.goto(f"{address}/{place}")
            settle(page, title)
            for found in axe.run(page).response["violations"]:
                nodes = [node["html"][:160] for node in found["nodes"][:3]]
                broken.append(f"{width} /{place}: {found['id']} {nodes}")
            sideways = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
            assert not sideways, (width, place)
        context.close()
    assert not broken, "\n".join(broken)
    assert not strangers
    assert not list(home.iterdir())


@pytest.mark.browser
def test_back_leads_where_the_reader_was(browser: Any, served: tuple[str, Path]) -> None:
    address, _ = served
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    settle(page, "Parley")
    page.get_by_role("link", name="Business dashboard").first.click()
    settle(page, "Funnel")
    page.wait_for_url(
        re.compile(r"/business\?account=\S+&from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&panel=brand$")
    )
    first = page.url
    page.get_by_text("LoB", exact=True).first.click()
    page.wait_for_url("**panel=lob")
    settle(page, "Funnel")
    page.go_back()
    page.wait_for_url(first)
    settle(page, "Control group")
    page.go_back()
    page.get_by_role("heading", name="Accounts", exact=True).wait_for()
    page.wait_for_url(re.compile(f"^{re.escape(address)}/?$"))
    page.close()


@pytest.mark.browser
def test_another_page_shows_the_same_dates_and_devices(
    browser: Any, served: tuple[str, Path]
) -> None:
    address, _ = served
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/business?account={ACCOUNT}&{RANGE}&panel=lob&initial_device=DESKTOP")
    settle(page, "Funnel")
    page.get_by_role("link", name="Performance dashboard").first.click()
    page.wait_for_url(
        f"**/performance?account={ACCOUNT}&{RANGE}&panel=brand&initial_device=DESKTOP"
    )
    page.close()


@pytest.mark.browser
def test_a_file_that_is_downloaded_has_the_table_and_says_its_filters(
    browser: Any, served: tuple[str, Path], tmp_path: Path
) -> None:
    address, _ = served
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/business?account={ACCOUNT}&{RANGE}&panel=lob&initial_device=DESKTOP")
    settle(page, "Funnel")
    table = page.locator(".st-key-item_business_lob_funnel_table table.grid")
    table.wait_for()
    rows = table.locator("tbody tr").evaluate_all(
        "rows => rows.slice(1).map(row => [...row.cells].slice(0, 2).map(cell => cell.innerText))"
    )
    with page.expect_download() as waiting:
        page.locator(".st-key-actions_business_lob_funnel_table button", has_text="CSV").click()
    assert waiting.value.suggested_filename == (
        f"business_lob_funnel_table_{ACCOUNT}_2026-05-16_to_2026-06-14_initial_device-DESKTOP.csv"
    )
    waiting.value.save_as(tmp_path / "table.csv")
    read = duckdb.sql(f"select lob_name, prospects from '{tmp_path / 'table.csv'}'").fetchall()
    assert [[name, f"{prospects:,}"] for name, prospects in read] == rows
    assert rows
    table.get_by_role("button", name="PROSPECTS", exact=True).press("Enter")
    table.get_by_role("button", name="PROSPECTS", exact=True).press("Enter")
    names = table.locator("tbody td:first-child").all_inner_texts()
    assert names == [name for name, _ in sorted(read, key=lambda row: row[1])]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG", exact=True).click()
    waiting.value.save_as(tmp_path / "chart.svg")
    drawn = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "PROSPECTS" in drawn
    assert waiting.value.suggested_filename.startswith("business_lob_funnel_chart_")
    page.get_by_role("button", name="EXPOSED RATE", exact=True).first.click()  # the tile
    page.get_by_text("Show the rows that it counts").click()
    page.get_by_text(re.compile(r"^fct_visit_members: (the first 300 of )?[\d,]+ rows$")).wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Parquet of these rows of fct_visit_members").click()
    waiting.value.save_as(tmp_path / "rows.parquet")
    (named, unnamed) = duckdb.sql(
        "select count_if(landed_file like 'liveperson/web_sessions/%' and landed_line > 0), "
        f"count_if(landed_file is null) from '{tmp_path / 'rows.parquet'}'"
    ).fetchall()[0]
    assert named > 0 == unnamed
    page.close()
