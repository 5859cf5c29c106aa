"""The documentation as its readers see it: dbt's page of a built warehouse, in a real browser."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe

from gates.catalogue import definitions
from gates.project import ROOT
from parley.landing.files import FEEDS
from rig import EVERYTHING, Bench, Site, landed
from rig.records import File

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = "static_index.html"
CATALOGUE = "metrics.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# dbt's own page asks for two files whose names its templates were never filled into.
UNFILLED = ("%7B", "{")
PATIENCE_MS = 120_000


def sample_lines() -> list[tuple[str, str]]:
    """The lines that README and docs/landing.md show, each with its feed."""
    block = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
    page = (ROOT / "docs/landing.md").read_text(encoding="utf-8")
    parts = re.split(r"^## `(\S+)`$", page, flags=re.MULTILINE)[1:]
    fuller = [
        (feed, block.search(text)) for feed, text in zip(parts[::2], parts[1::2], strict=True)
    ]
    shortest = block.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert shortest is not None
    return [
        *zip(parts[::2], shortest[1].splitlines(), strict=True),
        *((feed, found[1].strip()) for feed, found in fuller if found is not None),
    ]


def sample_files() -> list[File]:
    """The sample lines as files of a landing root."""
    return [
        landed(
            f"{feed}/account_id=1001" if "agent_status" in feed else feed,
            f"{line}\n".encode(),
            name=f"sample-{number}",
        )
        for number, (feed, line) in enumerate(sample_lines())
    ]


@dataclass
class Opened:
    """The page in a browser, what its console said, and whom else it asked for anything."""

    page: Any
    address: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note errors, and what is asked of other hosts."""
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((self.address, "data:", "blob:"))
                else self.strangers.append(asked.url)
            ),
        )

    def photograph(self, file: Path) -> None:
        """Take a picture for whoever looks into a failure, and see that it is no blank one."""
        assert len(self.page.screenshot(path=str(file))) > 10_000


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a line per request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def executable() -> str:
    """A Chromium, or the reason why there is no test; where one is promised, a failure."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = f"no browser: none of {', '.join(BROWSERS)} is on the path"
        if os.environ.get("PARLEY_REQUIRE_BROWSER", "") not in ("", "0"):
            pytest.fail(f"PARLEY_REQUIRE_BROWSER is set, and there is {reason}")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def built(bench: Bench) -> Site:
    """A warehouse of the sample lines, and its documentation."""
    site = bench.site()
    site.land(sample_files())
    without_texts = (*EVERYTHING, "--exclude", "metric_sql")
    for arguments in (without_texts, ("docs", "generate", "--static")):
        done = site.run(*arguments)
        assert done.code == 0, done.output[-4000:]
    done = site.spawn([sys.executable, "-m", "parley.catalogue.page"]).wait()
    assert done.code == 0, done.output
    return site


@pytest.fixture(scope="module")
def address(built: Site) -> Iterator[str]:
    """The documentation, served as `make serve-docs` serves it."""
    handler = functools.partial(Quiet, directory=str(built.bench.folder / "target"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(executable: str) -> Iterator[Any]:
    """One browser for all tests. It is asked for first: without one, nothing is built."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def fresh(browser: Any, address: str) -> Iterator[Opened]:
    """A page of its own, empty yet."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE_MS)
    page.route(
        lambda url: any(mark in url for mark in UNFILLED),
        lambda route: route.fulfill(status=200, body=""),
    )
    opened = Opened(page, address)
    opened.listen()
    yield opened
    page.close()


@pytest.fixture
def opened(fresh: Opened) -> Opened:
    """Dbt's page."""
    fresh.page.goto(fresh.address + PAGE)
    return fresh


@pytest.fixture
def catalogue(fresh: Opened) -> Opened:
    """The catalogue."""
    fresh.page.goto(fresh.address + CATALOGUE)
    return fresh


def test_sample_lines_of_the_pages_are_accepted(built: Site) -> None:
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        files = connection.execute(
            "select feed, sum(lines_delivered), sum(lines_accepted) from marts.landing_audit "
            "group by feed order by feed"
        ).fetchall()
        unusable = connection.execute("from marts.value_audit").fetchall()
        unread = connection.execute("from marts.unread_files").fetchall()
    assert files == [(feed, 2, 2) for feed in sorted(FEEDS)]
    assert unusable == unread == []


def test_home_page_teaches_grain_and_keys(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    for heading in ("Parley", "Grain and keys", "From a number to its line"):
        page.get_by_role("heading", name=heading, exact=True).wait_for()
    page.get_by_text("traceable to the line it came from").wait_for()
    opened.photograph(tmp_path / "home.png")
    assert opened.complaints == []
    assert opened.strangers == []


def test_search_leads_to_a_metric_and_its_meaning(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    page.get_by_placeholder("Search for models").fill("business_dashboard_brand")
    # dbt's page puts analyses that read a mart before the mart; the result is known by its kind
    page.locator(".search-result", has_text="business_dashboard_brand model").first.click()
    page.wait_for_url("**#!/model/model.parley.business_dashboard_brand")
    row = page.locator("tr", has=page.get_by_text("incremental_conversions", exact=True)).first
    assert "DOUBLE" in row.inner_text()
    row.click()  # the row shows the beginning; what opens below it, all of it
    unfolded = page.locator("tr", has=page.get_by_text("Generic Data Tests")).locator(
        "visible=true"
    )
    assert "times engaged visits" in unfolded.inner_text()
    assert "it is not causal" in unfolded.inner_text()
    unfolded.scroll_into_view_if_needed()
    opened.photograph(tmp_path / "metric.png")
    assert opened.complaints == []
    assert opened.strangers == []


def test_home_page_leads_to_the_catalogue_of_all_metrics(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    page.get_by_role("link", name="metric catalogue", exact=True).first.click()
    page.wait_for_url(f"**/{CATALOGUE}")  # and until all of it has come
    page.get_by_role("heading", name="Metric catalogue").wait_for()
    metrics = {name: metric.label for name, metric in definitions().items()}
    shown = page.locator("article").evaluate_all("all => all.map(article => article.id)")
    assert sorted(shown) == sorted(metrics)
    listed = page.locator("nav a").evaluate_all("all => all.map(link => link.dataset.metric)")
    assert listed == shown
    for said in (
        "Worked example",
        "Disagreement with the vendor",
        "Time base",
        "Where it is defined",
    ):
        assert page.locator("article", has_text=said).count() == len(metrics), said
    assert page.locator("article svg rect.panel").count() >= len(metrics)
    opened.photograph(tmp_path / "catalogue.png")
    assert opened.complaints == []
    assert opened.strangers == []


def test_every_name_of_a_metric_finds_it_first(catalogue: Opened) -> None:
    page = catalogue.page
    names = [
        (name, asked)
        for name, metric in definitions().items()
        for asked in (metric.label, name, name.replace("_", " "), *metric.also)
    ]
    missed = page.evaluate("all => all.filter(([id, asked]) => find(asked)[0]?.id !== id)", names)
    assert missed == []
    short = {also for metric in definitions().values() for also in metric.also}
    assert {"CCPLH", "CCPOH", "CVR", "CTR", "GMV", "CSAT", "NPS"} <= short
    # what is folded away is not searched: every closed list of reasons has this word
    everywhere = page.evaluate("find('Concierge has').length")
    assert everywhere < len(definitions()) / 2


def test_catalogue_is_searched_and_leads_to_the_models(catalogue: Opened, tmp_path: Path) -> None:
    page = catalogue.page
    search, first = page.get_by_label("Search metrics"), page.locator("article:visible").first
    page.mouse.wheel(0, 5_000)
    search.type("ccplh")
    entry = page.locator("article#closed_conversations_per_login_hour")
    page.get_by_text("1 metric", exact=True).wait_for()
    assert first.get_attribute("id") == entry.get_attribute("id")
    assert entry.bounding_box()["y"] < 200  # the view went there
    page.wait_for_url(catalogue.address + CATALOGUE + "?q=ccplh")
    page.keyboard.press("Enter")
    page.wait_for_url("**?q=ccplh#closed_conversations_per_login_hour")
    assert page.evaluate("document.activeElement.closest('article').id") == page.url.split("#")[1]
    search.fill("no such words")
    page.get_by_text("No metric has all these words.").wait_for()
    for words, shown in (("ccplh", 1), ("ccplh", 1), ("", len(definitions()))):
        page.go_back()
        page.get_by_text(f"{shown} metric", exact=shown == 1).first.wait_for()
        assert search.input_value() == words
    page.get_by_label("Dashboard").select_option("concierge")
    page.get_by_text("14 metrics", exact=True).wait_for()
    page.reload()
    page.get_by_text("14 metrics", exact=True).wait_for()
    # a link to what the search hides shows it all the same
    page.goto(page.url + "#incremental_conversions")
    entry = page.locator("article#incremental_conversions")
    entry.wait_for()
    entry.get_by_text("What it cannot be filtered by, and why").click()
    catalogue.photograph(tmp_path / "metric.png")
    entry.get_by_role("link", name="marts.business_dashboard_campaign").click()
    page.wait_for_url("**/static_index.html#!/model/model.parley.business_dashboard_campaign")
    page.get_by_text("business_dashboard_campaign", exact=True).first.wait_for()
    assert catalogue.complaints == []
    assert catalogue.strangers == []


def test_an_entry_says_where_what_and_how_much(catalogue: Opened) -> None:
    page = catalogue.page
    said = page.locator("article#sessions").inner_text()
    assert "2 unknown, 1 January 2026" in " ".join(said.split())  # two sample visits
    assert "built on " in said
    assert "Total number of web sessions" in said
    assert "Business dashboard for messaging (LivePerson)" in said
    assert "models/marts/datasets/visits_daily.sql" in said
    assert "count(*) as sessions" in said
    assert "timezone, UTC by default" in said.replace(" ,", ",")
    page.locator("article#sessions a.term").first.click()
    page.wait_for_url("**#term-*")
    assert "_" not in page.locator("dt:target").inner_text()
    # each box of a drawing has a whole name, and lines lead from box to box
    names = page.locator("article#sessions svg text").all_text_contents()
    assert {"stg_liveperson__web_sessions", "int_visits", "business_dashboard_brand"} <= set(names)
    assert page.locator("article#sessions svg path:not([marker-end])").count() == 0


@pytest.mark.parametrize("width", [1400, 390])
def test_catalogue_is_for_everybody(catalogue: Opened, width: int, tmp_path: Path) -> None:
    page = catalogue.page
    page.set_viewport_size({"width": width, "height": 900})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the metrics"
    assert page.evaluate("document.documentElement.scrollWidth") == width
    listed = page.locator("nav a[href='#mcs']")
    if width < 1000:
        assert not listed.is_visible()
        page.get_by_text("List of metrics").click()
    listed.click()
    page.wait_for_url("**#mcs")
    assert page.locator("article#mcs").bounding_box()["y"] < 300
    catalogue.photograph(tmp_path / f"{width}.png")
    # every entry is made alike, and axe takes a second for each: two are enough
    others = "article:not(#mcs):not(#nps_feedback_detail), nav a ~ a"
    page.evaluate("others => document.querySelectorAll(others).forEach(it => it.remove())", others)
    found = Axe().run(page)
    assert found.response["violations"] == []
    assert catalogue.complaints == []
