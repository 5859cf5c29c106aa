"""What is new in a copy of the project in which CONTRIBUTING's lists were followed.

``python -m rig.followed FOLDER`` runs in the copy, builds a small random world in the folder with the
copy's models, and prints as JSON what test_contributing looks at.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from oracle import GRAIN, compute
from oracle.compare import differences
from parley.catalogue import page
from worlds import make_world

from .metric_queries import Answer, MetricProject, Question
from .site import EVERYTHING, PROJECT, Bench, Site

DAY, ACCOUNT = "metric_time__day", "account"
TRANSFERS = "transfers_per_conversation"


def built(folder: Path) -> Site:
    """A world of which one account sets its quiet hours, built."""
    accounts, *files = make_world(8, 6)
    lines = accounts.content.decode().splitlines()
    hours = ["quiet_hours", "12", *[""] * (len(lines) - 2)]
    text = "\n".join(f"{line},{cell}" for line, cell in zip(lines, hours, strict=True))
    site = Bench(folder).site(EVERYTHING)
    site.land([replace(accounts, content=text.encode()), *files])
    site.build()
    return site


def by_key(rows: list[dict[str, Any]], *columns: str) -> dict[str, Any]:
    """Values of the last column by the others."""
    *keys, value = columns
    return {" ".join(str(row[key]) for key in keys): row[value] for row in rows}


def said(answer: Answer, metric: str) -> dict[str, Any]:
    """What the semantic layer says where it says anything."""
    assert not answer.refused, answer.refused
    return {
        " ".join(map(str, key)): row[metric]
        for key, row in answer.rows.items()
        if None not in key and row[metric] is not None
    }


def main(folder: Path) -> None:
    """Build, ask, and print."""
    site = built(folder)
    marts = site.marts()
    asking = folder / "asking"
    asking.mkdir()
    rates, prospects = MetricProject(site, asking).ask(
        Question((TRANSFERS,), (ACCOUNT, DAY)), Question(("prospects",), (ACCOUNT, DAY, "offer_id"))
    )
    brand = marts["business_dashboard_brand"].records()
    offers = marts["business_dashboard_offer"].records()
    tested = ("path:models/marts/business_dashboard", "exposures_daily_levels", "int_accounts")
    tests = site.run("test", "--select", *(f"test_type:unit,{model}" for model in tested))
    shown = site.run(
        *("show", "--quiet", "--output", "json"),
        *("--inline", "select current_setting('temp_directory') as spilled_to"),
        settings={"PARLEY_TEMP": str(folder / "spilled")},
    )
    with duckdb.connect(str(site.warehouse), read_only=True) as connection:
        hours = connection.execute(
            "select distinct quiet_hours from intermediate.int_accounts order by 1"
        ).fetchall()
    os.environ["PARLEY_WAREHOUSE"] = str(site.warehouse)
    html = folder / "metrics.html"
    manifest = site.bench.folder / "target" / "manifest.json"
    page.main(["--root", str(PROJECT), "--manifest", str(manifest), "--output", str(html)])
    articles = re.findall(r'<article id="(\w+)"(.*?)</article>', html.read_text(), re.S)
    told = {
        "differences": [
            f"{mart}: {line}"
            for mart, rows in compute(site.landing).items()
            if rows or mart in marts
            for line in differences(
                GRAIN[mart], rows, marts[mart].records(), frozenset({"raw_line"})
            )
        ][:10],
        "unit_tests": tests.code,
        "unit_tests_said": tests.output[-3000:],
        TRANSFERS: {
            "panel": by_key(brand, "account_id", "date_day", TRANSFERS),
            "layer": said(rates, TRANSFERS),
        },
        "prospects_by_offer": {
            "panel": {
                key: value
                for key, value in by_key(
                    offers, "account_id", "date_day", "offer_id", "prospects"
                ).items()
                if value
            },
            "layer": {key: value for key, value in said(prospects, "prospects").items() if value},
        },
        "quiet_hours": [float(hour) for (hour,) in hours],
        "temp_directory": shown.output,
        "page": {name: text for name, text in articles if name in (TRANSFERS, "prospects")},
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
