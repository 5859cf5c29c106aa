"""CONTRIBUTING's lists of files are followed on a copy of the project, and what they promise is there.

Each list is followed with one example: a metric, a level, an account setting, an environment setting.
The edits are those of the files that the page lists, no more and no fewer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test_readme import CONTRIBUTING, ROOT, rows_of, section_of

pytestmark = pytest.mark.slow

COPIED = (
    *("models", "macros", "seeds", "analyses", "docs", "packages", "dbt_packages", "src", "tests"),
    *("dbt_project.yml", "profiles.yml", "packages.yml", "selectors.yml", "dbt-bouncer.yml"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml"),
)
GREATEST = {"metric over existing facts": 8, "level": 15}
NAMES = {"<dashboard>": "business_dashboard", "<section>": "conversation", "<level>": "offer"}

#: What is made of a file's text; of a file that is not there, of nothing.
Edit = Callable[[str], str]


def after(anchor: str, addition: str) -> Edit:
    """Lines added below the first line that contains the anchor."""

    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        found = [number for number, line in enumerate(lines) if anchor in line]
        assert found, f"nothing says {anchor}"
        return "".join([*lines[: found[0] + 1], addition, *lines[found[0] + 1 :]])

    return edit


def replaced(old: str, new: str) -> Edit:
    """The first of a text exchanged for another."""

    def edit(text: str) -> str:
        assert old in text, f"nothing says {old}"
        return text.replace(old, new, 1)

    return edit


def added(text: str) -> Edit:
    """A text at the end; a new file, where there is none."""
    return lambda before: before + text


def both(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(text: str) -> str:
        for one in edits:
            text = one(text)
        return text

    return edit


def counted(**more: int) -> Edit:
    """The decided numbers of the gate, raised."""

    def edit(text: str) -> str:
        for name, number in more.items():
            found = re.search(rf'(?:"{name}": |^{name} = )(\d+)', text, re.MULTILINE)
            assert found, f"nothing counts {name}"
            start, end = found.span(1)
            text = f"{text[:start]}{int(found[1]) + number}{text[end:]}"
        return text

    return edit


def like_entry_point(kind: str) -> Edit:
    """What a file of YAML says of entry points, said of offers as well."""

    def edit(text: str) -> str:
        found = re.search(rf"^  - name: {kind}\n(?:    .*\n|\n)+", text, re.MULTILINE)
        assert found, f"nothing is called {kind}"
        copy = found[0].replace("entry_point", "offer").replace("entry point", "offer")
        return f"{text.rstrip()}\n\n{copy.rstrip()}\n"

    return edit


METRIC = {
    "models/docs/metrics/<dashboard>__<section>.md": added(
        "\n{% docs metric_transfers_per_conversation %}\n"
        "Transfers for each conversation closed on the date.\n\n"
        "For example: 7 transfers and 16 closed conversations: 7 / 16 = 0.4375.\n{% enddocs %}\n"
    ),
    "models/semantic/metrics/_<dashboard>__<section>.yml": added(
        """
  - name: transfers_per_conversation
    label: TRANSFERS PER CONVERSATION
    description: "{{ doc('metric_transfers_per_conversation') }}"
    type: ratio
    type_params: {numerator: total_transfers, denominator: closed_conversations}
    config:
      meta:
        <<: [*conversation, *ratio]
        formula: total_transfers / closed_conversations
        time_base: transfer date / conversation end date
        panels: [brand]
        example: {unit_test: brand_funnel_and_conversations, value: 0.4375}
"""
    ),
    "models/marts/<dashboard>/<dashboard>_metrics.sql": after(
        "as total_transfers,",
        "        transfers / nullif(closed, 0) as transfers_per_conversation,\n",
    ),
    "models/marts/<dashboard>/_<dashboard>__models.yml": both(
        after(
            "&total_transfers",
            "      - &transfers_per_conversation {name: transfers_per_conversation, data_type: double,\n"
            "         description: \"{{ doc('metric_transfers_per_conversation') }}\"}\n",
        ),
        replaced(" *total_transfers,", " *total_transfers, *transfers_per_conversation,"),
    ),
    "models/marts/<dashboard>/_unit_tests__brand.yml": both(
        replaced("total_transfers: 7,", "total_transfers: 7, transfers_per_conversation: 0.4375,"),
        replaced("total_transfers: 0,", "total_transfers: 0, transfers_per_conversation: null,"),
    ),
    "tests/python/oracle/formulas.py": after(
        'brand = level == "brand"',
        """    if brand:
        transfers, closed = metrics["total_transfers"], metrics["closed_conversations"]
        metrics["transfers_per_conversation"] = ratio(transfers, closed)
""",
    ),
    "tests/python/gates/catalogue.py": counted(business_dashboard=1, PANEL_ROWS=1),
    "CHANGELOG.md": added("- Transfers per conversation.\n"),
}

OFFER = "campaign_id || '@' || nullif(entry_point_id, 'none')"
LEVEL = {
    "macros/definitions/levels.sql": after(
        "'level': 'entry_point'",
        f"""        {{'level': 'offer', 'member': "{OFFER}", 'has_conversations': false}},\n""",
    ),
    "models/marts/datasets/exposures_daily_<level>.sql": added(
        """{#- One row per account, local date of the visit's start, device, source type and offer. -#}

select
    account_id,
    date_day,
    initial_device,
    source_type,
    member_id as offer_id,
    prospects,
    exposed,
    exposed_not_engaged,
    engaged,
    control_visits,
    exposures,
    online_exposures
from {{ ref('exposures_daily_levels') }}
where level = 'offer'
"""
    ),
    "models/marts/datasets/_datasets__exposures.yml": like_entry_point(
        "exposures_daily_entry_point"
    ),
    "models/marts/business_dashboard/business_dashboard_<level>.sql": added(
        """{#- One row per account, local date and offer, a campaign at an entry point: its funnel. -#}

select
    account_id,
    date_day,
    member_id as offer_id,
    account_name,
    member_name as offer_name,
    {{ contract_columns(after='offer_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'offer'
"""
    ),
    "models/marts/business_dashboard/_business_dashboard__models.yml": like_entry_point(
        "business_dashboard_entry_point"
    ),
    "models/marts/datasets/_unit_tests__exposures.yml": added(
        """\
        - {<<: *counted, level: offer, member_id: c1@p1, prospects: 2, exposed: 2, exposed_not_engaged: 1,
           control_visits: 1}
        - {<<: *counted, level: offer, member_id: c2@p1, exposed: 0, exposed_not_engaged: 0, engaged: 0,
           exposures: 0, online_exposures: 0}
"""
    ),
    "models/marts/business_dashboard/_unit_tests__levels.yml": both(
        replaced(
            "        - {<<: *unknown, level: entry_point,",
            """\
        - {<<: *unknown, level: offer, member_id: c1@p1, engagement_views: 9, accepted_offers: 3,
           online_accepted_offers: 2}
        - {<<: *unknown, level: entry_point,""",
        ),
        like_entry_point("entry_point_funnel"),
    ),
    "seeds/dashboard_panels.csv": after(
        "business_dashboard,entry_point",
        "business_dashboard,offer,business_dashboard_offer,false\n",
    ),
    "models/semantic/metrics/_business_dashboard__funnel.yml": replaced(
        "engagement, entry_point]", "engagement, entry_point, offer]"
    ),
    "models/semantic/_semantic__visits.yml": both(
        replaced(
            "      - &entry_point_id {",
            f'''      - &offer_id {{name: offer_id, type: foreign, expr: "{OFFER}", label: Offer}}
      - &entry_point_id {{''',
        ),
        replaced("      - *entry_point_id\n", "      - *offer_id\n      - *entry_point_id\n"),
    ),
    "tests/python/oracle/members.py": both(
        replaced('"engagement", "entry_point")', '"engagement", "entry_point", "offer")'),
        replaced(
            "    def at(self",
            """    @property
    def offer(self) -> str | None:
        return None if self.entry_point is None else f"{self.campaign}@{self.entry_point}"

    def at(self""",
        ),
    ),
    "tests/python/oracle/panels.py": both(
        replaced('("lob", "entry_point")', '("lob", "entry_point", "offer")'),
        replaced(
            '        member = "" if level == "brand"',
            """        if level == "offer" and "offer_id" not in row:
            place = row["entry_point_id"]
            row = row | {"offer_id": "none" if place == "none" else f"{row['campaign_id']}@{place}"}
        member = "" if level == "brand\"""",
        ),
    ),
    "tests/python/rig/panel_parity.py": replaced(
        '"entry_point", "skill"', '"entry_point", "offer", "skill"'
    ),
    "tests/python/gates/catalogue.py": counted(PANEL_ROWS=11),
    "CHANGELOG.md": added("- The funnel by offer, a campaign at an entry point.\n"),
}

SETTING = {
    "src/parley/landing/accounts.py": after(
        '"transcript_retention_days": _number',
        '    "quiet_hours": _number(LONGEST, "number of hours", "8"),\n',
    ),
    "models/staging/landing/_landing__sources.yml": after(
        "description: Days after which a conversation's texts",
        "          - name: quiet_hours\n            description: Hours at night without texts.\n",
    ),
    "models/staging/accounts/stg_accounts.sql": replaced(
        " as transcript_retention_days",
        " as transcript_retention_days,\n        number_or_null(quiet_hours) as quiet_hours",
    ),
    "models/staging/accounts/_accounts__models.yml": added(
        "      - name: quiet_hours\n        description: Hours without texts; null where none are set.\n"
    ),
    "macros/landing/settings.sql": after(
        "'transcript_retention_days':", "        'quiet_hours': 'quiet_hours <> 8',\n"
    ),
    "models/intermediate/accounts/int_accounts.sql": replaced(
        "accounts.transcript_retention_days",
        "accounts.transcript_retention_days,\n        coalesce(accounts.quiet_hours, 8) as quiet_hours",
    ),
    "models/intermediate/accounts/_accounts__models.yml": replaced(
        "\n  - name: int_accounts__seen",
        "      - name: quiet_hours\n        description: Hours at night without texts (8 where none are set).\n"
        "\n  - name: int_accounts__seen",
    ),
    "models/intermediate/accounts/_unit_tests__accounts.yml": lambda text: text.replace(
        "transcript_retention_days: 90}", "transcript_retention_days: 90, quiet_hours: 12}"
    ).replace(
        "transcript_retention_days: null}", "transcript_retention_days: null, quiet_hours: 8}"
    ),
    "tests/python/oracle/settings.py": after(
        "retention_days: Decimal | None", "    quiet_hours: Decimal = Decimal(8)\n"
    ),
    "docs/settings.md": after(
        "| `transcript_retention_days` |", "| `quiet_hours` | hours at night without texts | 8 |\n"
    ),
    "CHANGELOG.md": added("- A setting for quiet hours.\n"),
}

ENVIRONMENT = {
    "profiles.yml": after(
        "TimeZone: UTC",
        "        temp_directory: \"{{ env_var('PARLEY_TEMP', '/tmp/parley') }}\"\n",
    ),
    "docs/settings.md": after(
        "| `PARLEY_THREADS` |", "| `PARLEY_TEMP` | where DuckDB spills | `/tmp/parley` |\n"
    ),
    "CHANGELOG.md": added("- A setting for DuckDB's temporary files.\n"),
}

LISTS = {
    "a metric over existing facts": METRIC,
    "a level": LEVEL,
    "an account setting": SETTING,
    "an environment setting": ENVIRONMENT,
}


#: MetricFlow needs a minute for all published queries; of the copy only those that are new are looked at.
of_what_is_new = replaced(
    'pool.map(Share.text, given["asked"], chunksize=16)',
    """[
            Share.text(one) if "offer" in str(one[1]) or one[0] == "transfers_per_conversation" else ""
            for one in given["asked"]
        ]""",
)


def named(path: str) -> str:
    """A listed file with its placeholders filled."""
    for placeholder, name in NAMES.items():
        path = path.replace(placeholder, name)
    return path


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is after all lists were followed."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, folder / name)
    for edits in LISTS.values():
        for listed, edit in edits.items():
            path = folder / named(listed)
            path.write_text(edit(path.read_text() if path.exists() else ""))
    queries = folder / "src/parley/semantics/metricflow.py"
    queries.write_text(of_what_is_new(queries.read_text()))
    return folder


def run(copy: Path, *command: str, **settings: str) -> str:
    """What a command prints that runs in the copy, on the copy's code; it has to succeed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PARLEY_", "DBT_"))}
    paths = os.pathsep.join([str(copy / "src"), str(copy / "tests" / "python")])
    done = subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env=kept | {"PYTHONPATH": paths} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


@pytest.mark.parametrize("what", LISTS)
def test_the_page_lists_the_files(what: str) -> None:
    heading = "## Add " + what
    listed = [row[0].strip("`") for row in rows_of(section_of(CONTRIBUTING, heading))[2:]]
    assert listed == list(dict.fromkeys(listed))
    assert set(listed) == set(LISTS[what])
    assert len(listed) <= GREATEST.get(what.split(" ", 1)[1], len(listed))


def test_conventions_of_the_copy_hold(copy: Path) -> None:
    run(
        *(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-x"),
        *("tests/python/test_gates.py", "tests/python/test_unit_coverage.py"),
        "tests/python/test_catalogue.py",
        *("-k", "not yaml_files_are_short and not every_unit_test"),
    )


def test_what_is_new_is_there(copy: Path, tmp_path: Path) -> None:
    told = json.loads(run(copy, "-m", "rig.followed", str(tmp_path)).splitlines()[-1])
    check(told)


def check(told: dict[str, Any]) -> None:
    """The numbers that `rig.followed` read in the copy."""
    assert not told["differences"], "\n".join(told["differences"])
    assert told["unit_tests"] == 0, told["unit_tests_said"]
    rates = told["transfers_per_conversation"]
    assert any(rates["panel"].values())
    assert rates["layer"] == {day: rate for day, rate in rates["panel"].items() if rate is not None}
    offers = told["prospects_by_offer"]
    assert any(offers["panel"].values())
    assert offers["layer"] == offers["panel"]
    assert told["quiet_hours"] == [8.0, 12.0]
    assert '/spilled"' in told["temp_directory"]
    for metric in ("transfers_per_conversation", "prospects"):
        assert metric in told["page"]
    assert "business_dashboard_offer" in told["page"]["prospects"]
