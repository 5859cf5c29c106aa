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
PATIENCE_MS = 20_000


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
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A warehouse of the sample lines, and its documentation."""
    site = Bench(tmp_path_factory.mktemp("docs")).site()
    site.land(sample_files())
    for arguments in (EVERYTHING, ("docs", "generate", "--static")):
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


@pytest.fixture
def opened(executable: str, address: str) -> Iterator[Opened]:
    """The page, opened. The browser is asked for first: without one, nothing is built."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE_MS)
        page.route(
            lambda url: any(mark in url for mark in UNFILLED),
            lambda route: route.fulfill(status=200, body=""),
        )
        opened = Opened(page, address)
        opened.listen()
        page.goto(address + PAGE)
        yield opened
        browser.close()


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
    for said in ("Worked example", "Disagreement with the vendor", "Time base", "Source document"):
        assert page.locator("article", has_text=said).count() == len(metrics), said
    assert page.locator("article svg rect.panel").count() >= len(metrics)
    opened.photograph(tmp_path / "catalogue.png")
    assert opened.complaints == []
    assert opened.strangers == []


def test_catalogue_is_searched_and_leads_to_the_models(opened: Opened, tmp_path: Path) -> None:
    page = opened.page
    page.goto(opened.address + CATALOGUE)
    page.get_by_label("Search metrics").fill("incremental_conversion_ratio")
    page.get_by_text("1 metric", exact=True).wait_for()
    entry = page.locator("article#incremental_conversion_ratio")
    assert page.locator("article:visible").count() == 1
    assert "not causal" in entry.inner_text()
    page.get_by_label("Search metrics").fill("no such words")
    page.get_by_text("No metric has all these words.").wait_for()
    page.get_by_label("Search metrics").fill("")
    page.get_by_label("Dashboard").select_option("concierge")
    page.get_by_text("14 metrics", exact=True).wait_for()
    # a link to what the search hides shows it all the same
    page.goto(opened.address + CATALOGUE + "#incremental_conversions")
    entry = page.locator("article#incremental_conversions")
    entry.wait_for()
    entry.get_by_text("What it cannot be filtered by, and why").click()
    opened.photograph(tmp_path / "metric.png")
    entry.get_by_role("link", name="marts.business_dashboard_campaign").click()
    page.wait_for_url("**/static_index.html#!/model/model.parley.business_dashboard_campaign")
    page.get_by_text("business_dashboard_campaign", exact=True).first.wait_for()
    assert opened.complaints == []
    assert opened.strangers == []
