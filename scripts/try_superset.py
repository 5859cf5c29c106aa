"""Try a running Superset on the published file: reads while publishes run, then the dashboard.

A trial, not a test: Superset is too large to be installed for every run of the tests. It publishes
changed copies of the warehouse to the file that Superset reads, so give it a file of its own; every
read has to show one of the publications, in two marts alike. docs/bi_tools.md has the commands.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import httpx2 as httpx
from playwright.sync_api import sync_playwright

from parley.marts import marts_schema
from parley.publish import publish

TWO_MARTS = """
select
    (select sum(sessions) from marts.business_dashboard_brand) as sessions,
    (select sum(opened) from marts.agent_messaging_activity) as opened
"""
#: What makes a publication of its own: the facts below one mart, and another mart.
CHANGES = (
    "update marts.visits_daily set sessions = sessions * {factor}",
    "update marts.agent_messaging_activity set opened = opened * {factor}",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READERS = 4


class Superset:
    """A running Superset, logged in."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=120)
        login = {"username": user, "password": password, "provider": "db", "refresh": True}
        token = self.post("/api/v1/security/login", login)["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"
        self.client.headers["Referer"] = address
        csrf = self.client.get("/api/v1/security/csrf_token/").json()["result"]
        self.client.headers["X-CSRFToken"] = csrf
        self.database = self.find("database", "database_name", "Parley")
        self.dataset = self.find("dataset", "table_name", "business_dashboard_brand")

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a request that has to succeed."""
        answer = self.client.post(path, json=body)
        if answer.status_code >= 400:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def find(self, kind: str, column: str, name: str) -> int:
        """The id of an asset."""
        query = f"(filters:!((col:{column},opr:eq,value:{name})))"
        found = self.client.get(f"/api/v1/{kind}/", params={"q": query}).json()["result"]
        return int(found[0]["id"])

    def sql_lab(self) -> tuple[int, int]:
        """Two marts in one query of SQL Lab."""
        body = {"database_id": self.database, "sql": TWO_MARTS, "schema": "marts",
                "client_id": uuid.uuid4().hex[:11]}  # fmt: skip
        row = self.post("/api/v1/sqllab/execute/", body)["data"][0]
        return int(row["sessions"]), int(row["opened"])

    def chart(self) -> int:
        """A chart's data, not from Superset's cache."""
        query = {"columns": [], "metrics": ["sum__sessions"], "row_limit": 10}
        body = {"datasource": {"id": self.dataset, "type": "table"}, "force": True,
                "queries": [query], "result_format": "json", "result_type": "full"}  # fmt: skip
        return int(self.post("/api/v1/chart/data", body)["result"][0]["data"][0]["sum__sessions"])


def totals(published: Path) -> tuple[int, int]:
    """What the file itself says, for one publication."""
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute(
            TWO_MARTS.replace("marts.", f"{marts_schema(connection)}.")
        ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def read_and_publish(options: argparse.Namespace, password: str, folder: Path) -> list[str]:
    """Read while publishing; what was wrong."""
    wrong: list[str] = []
    seen: Counter[int] = Counter()
    stop = threading.Event()
    shutil.copy(options.warehouse, folder / "base.duckdb")
    publish(options.warehouse, options.published)
    base = totals(options.published)

    def read() -> None:
        try:
            superset = Superset(options.address, options.user, password)
            while not stop.is_set():
                sessions, opened = superset.sql_lab()
                if (sessions * base[1], sessions % base[0]) != (opened * base[0], 0):
                    wrong.append(f"SQL Lab: {sessions} sessions and {opened} opened")
                shown = superset.chart()
                if shown % base[0]:
                    wrong.append(f"chart: {shown} sessions")
                seen.update((sessions // base[0], shown // base[0]))
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    factor = 1
    try:
        while seen.total() < options.reads and not wrong:
            factor += 1
            changed = folder / "parley.duckdb"  # dbt's views name no database
            shutil.copy(folder / "base.duckdb", changed)
            with duckdb.connect(str(changed)) as connection:
                for change in CHANGES:
                    connection.execute(change.format(factor=factor))
            publish(changed, options.published)
            print(f"{seen.total():>6} reads, publication {factor}", flush=True)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    after = Superset(options.address, options.user, password).sql_lab()
    if after != (base[0] * factor, base[1] * factor):
        wrong.append(f"after the last publication Superset still shows {after}")
    publish(options.warehouse, options.published)
    print(
        f"{seen.total():,} reads through Superset during {factor:,} publications, of which "
        f"{len(seen):,} were seen; {len(wrong)} wrong"
    )
    return wrong


def photograph(options: argparse.Namespace, password: str) -> list[str]:
    """The dashboard in a real browser, beside the mart's figures; what is not shown."""
    with duckdb.connect(str(options.published), read_only=True) as connection:
        expected = connection.execute(
            "select account_id, sum(sessions), sum(prospects) "
            f"from {marts_schema(connection)}.business_dashboard_brand group by all "
            "order by 2 desc limit 5"
        ).fetchall()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=browser, args=arguments)
        page = chromium.new_page(viewport={"width": 1400, "height": 1500})
        page.goto(f"{options.address}/login/")
        page.fill("#username", options.user)
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/welcome/**")
        page.goto(f"{options.address}/superset/dashboard/parley/")
        page.wait_for_selector("canvas", timeout=60_000)
        page.wait_for_selector(f"text={expected[0][0]}", timeout=60_000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(3_000)  # lines are drawn slowly
        text = page.inner_text("body").replace(",", "").replace("\xa0", "")
        page.screenshot(path=str(options.screenshot))
        chromium.close()
    missing = [
        f"{account}: {shown}"
        for account, *figures in expected
        for shown in (account, *figures)
        if str(shown) not in text
    ]
    print(f"the dashboard shows {len(expected)} accounts; {len(missing)} figures missing")
    return missing


def main() -> int:
    """Run the command line; the password is in SUPERSET_PASSWORD."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8088")
    parser.add_argument("--user", default="admin", help="SUPERSET_PASSWORD is the password")
    parser.add_argument("--warehouse", type=Path, required=True, help="built; only copies change")
    parser.add_argument(
        "--published", type=Path, required=True, help="what Superset reads; it is replaced"
    )
    parser.add_argument("--reads", type=int, default=1_000)
    parser.add_argument("--screenshot", type=Path, help="also look at the dashboard")
    options = parser.parse_args()
    password = os.environ["SUPERSET_PASSWORD"]
    with tempfile.TemporaryDirectory() as folder:
        wrong = read_and_publish(options, password, Path(folder))
    if options.screenshot:
        wrong += photograph(options, password)
    for line in wrong[:10]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
