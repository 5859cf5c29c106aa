"""Settings that disappear from accounts.csv: restated only where that is meant, and then wholly."""

from __future__ import annotations

import csv
import io

from parley.landing.accounts import COLUMNS
from rig import EVERYTHING, Bench, Done, Site, json_lines, landed
from rig.records import File

ALLOWED = {"PARLEY_ALLOW": "lost_settings"}
#: The accounts mart, the datasets of visits below it, and what settings are read by.
ACCOUNTS = (*EVERYTHING, "--select", "+accounts", "+visits_daily")
VISIT = {
    "dataType": "WebSession",
    "metaData": {"accountId": "visited", "startTime": 1_767_250_800_000},  # 2026-01-01 07:00 UTC
    "recordCollection": [
        {
            "body": {
                "com.liveperson.dataaccess.WebSessionNavigationData": {
                    "header": {"visitId": "v", "visitorId": "p"}
                }
            }
        }
    ],
}
#: A value other than the default for every column that has one.
OWN = {
    "account_name": "Shoes",
    "timezone": "America/Los_Angeles",
    "currency": "EUR",
    "provider_account_id": "mall",
    "transcript_sharing": "yes",
    "cross_session_window_days": "30",
    "touch_rule": "first",
    "agent_credit": "first",
    "control_group_share": "0.2",
    "site_control_group_share": "0.1",
    "concierge_idle_hours": "47",
    "concierge_attribution_days": "4",
    "one_to_one_attribution_days": "29",
    "transcript_retention_days": "365",
}
DEFAULTS = {
    "system": "liveperson",
    "account_name": "unknown",
    "timezone": "UTC",
    "currency": "USD",
    "transcript_sharing": "no",
    "cross_session_window_days": "31.0",
    "touch_rule": "last",
    "agent_credit": "last",
    "control_group_share": "0.10",
    "site_control_group_share": "5e-2",
    "concierge_idle_hours": "48",
    "concierge_attribution_days": "5",
    "one_to_one_attribution_days": "30",
}


def write(site: Site, *rows: dict[str, str], without: str = "") -> None:
    """Write accounts.csv, without one of its columns."""
    out = io.StringIO()
    columns = [column for column in COLUMNS if column != without]
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    site.land([File("accounts.csv", out.getvalue().encode())])


def refused(done: Done, *words: str) -> None:
    assert done.code not in (0, None), done.output[-3000:]
    assert "Traceback" not in done.output
    telling = [line for line in done.output.splitlines() if all(word in line for word in words)]
    assert telling, f"no line with {words} in: {done.output[-3000:]}"


def accounts_of(site: Site) -> dict[str, str]:
    return {row["account_id"]: row["time_zone"] for row in site.marts()["accounts"].records()}


def dates_of(site: Site) -> list[str]:
    return [str(row["date_day"]) for row in site.marts()["visits_daily"].records()]


def test_settings_that_are_gone_stop_the_build_unless_that_is_meant(bench: Bench) -> None:
    """The visit started at 23:00 of 31 December in Los Angeles and at 07:00 of 1 January in UTC.

    Its line is gone: the build stops and the date stays. Allowed, the date is UTC's. An account that is
    in no record and not in the file any more is gone from marts.accounts, whether it had settings
    (listed, allowed) or the defaults in so many words (usual, nobody is asked).
    """
    site = bench.site(ACCOUNTS)
    site.land([landed("liveperson/web_sessions", json_lines([VISIT]))])
    visited, listed = ({"account_id": name, **OWN} for name in ("visited", "listed"))
    usual = {"account_id": "usual", **DEFAULTS}
    write(site, visited, listed, usual)
    site.build()
    assert set(accounts_of(site)) == {"visited", "listed", "usual"}
    assert dates_of(site) == ["2025-12-31"]

    write(site, visited, listed)
    site.build()
    assert set(accounts_of(site)) == {"visited", "listed"}

    write(site, visited, listed, without="timezone")
    refused(site.run(), "these columns", "timezone", "restated", "PARLEY_ALLOW=lost_settings")
    write(site, visited)
    refused(site.run(), '"listed"', "restated", "PARLEY_ALLOW=lost_settings")
    (site.landing / "accounts.csv").unlink()
    refused(site.run(), "accounts.csv is gone", '"listed", "visited"', "PARLEY_ALLOW=lost_settings")
    refused(site.run(*ACCOUNTS, "--full-refresh"), "accounts.csv is gone")
    assert accounts_of(site) == dict.fromkeys(("visited", "listed"), "America/Los_Angeles")
    assert dates_of(site) == ["2025-12-31"]

    done = site.run(settings=ALLOWED)
    assert done.code == 0, done.output[-3000:]
    assert accounts_of(site) == {"visited": "UTC"}
    assert dates_of(site) == ["2026-01-01"]
    site.build()


def test_each_setting_alone_is_one_that_may_not_be_lost(bench: Bench) -> None:
    """Fourteen accounts have one setting each that is not the default: all are named or counted."""
    site = bench.site((*EVERYTHING, "--select", "+int_accounts"))
    usual = {"account_id": "usual", **DEFAULTS}
    write(site, *({"account_id": name, **DEFAULTS, name: OWN[name]} for name in OWN), usual)
    site.build()
    write(site, usual)
    assert len(OWN) == len(COLUMNS) - len(("account_id", "system")) == 14
    refused(site.run(), '"account_name", "agent_credit"', "and 9 more. ")
