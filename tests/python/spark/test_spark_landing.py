"""A landing root on Spark: a folder or an object store, and nothing lost of either."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from rig.object_store import object_store
from rig.parity import exports_compared
from rig.payloads import change
from rig.spark_site import SparkSite

pytest.importorskip("pyspark")
pytestmark = pytest.mark.spark

RUN = ["run", "--select", "+stg_liveperson__agent_status_changes"]
FILE = "liveperson/agent_status_changes/account_id=1001/S.1767225600000.1767225600000.a.json.gz"
CHANGES = gzip.compress(
    "".join(json.dumps(change(True, one, one, 2)) + "\n" for one in (1, 2, 3)).encode()
)


def landed(folder: Path, archive: bytes) -> str:
    """A folder that holds the archive as its one file."""
    file = folder / FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(archive)
    return str(folder)


def test_a_full_refresh_keeps_what_it_cannot_read_again(tmp_path: Path) -> None:
    """The archive was read, then lost its end; the same archive is read from an object store, too."""
    site = SparkSite(tmp_path)
    read, refused, again = site.do(
        [
            {"land_from": landed(tmp_path / "whole", CHANGES)},
            {"dbt": RUN},
            {"export": ["staging"], "to": str(tmp_path / "before")},
            {"land_from": landed(tmp_path / "cut", CHANGES[: len(CHANGES) // 2])},
            {"dbt": [*RUN, "--full-refresh"]},
            # nor does the build after it take what cannot be read for what is not there
            {"dbt": RUN},
            {"export": ["staging"], "to": str(tmp_path / "after")},
        ]
    )
    assert read["succeeded"], read
    for run in (refused, again):
        assert not run["succeeded"]
        [told] = [one for one in run["failed"] if "cannot be read any more" in one]
        assert "liveperson/agent_status_changes" in told
        assert Path(FILE).name in told
        assert "PARLEY_ALLOW=lost_files" in told
    kept = exports_compared(tmp_path / "before", tmp_path / "after")
    assert [(one.is_equal, one.rows) for one in kept] == [(True, 3), (True, 3)]

    # of another object only half comes, so it gives no line at all
    short = f"in/{FILE.replace('.a.json.gz', '.b.json')}"
    lines = "".join(json.dumps(change(True, one, one, 2)) + "\n" for one in (4, 5))
    with object_store({f"in/{FILE}": CHANGES, short: lines.encode()}, short={short}) as address:
        there = SparkSite(
            tmp_path / "there", settings={"PARLEY_LANDING_ROOT": address.format("in")}
        )
        [run] = there.do(
            [{"dbt": RUN}, {"export": ["staging"], "to": str(tmp_path / "from_there")}]
        )
    assert run["succeeded"], run
    found = exports_compared(tmp_path / "before", tmp_path / "from_there")
    assert [(one.is_equal, one.rows) for one in found] == [(True, 3), (True, 3)]


def test_a_setting_that_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    site = SparkSite(tmp_path)
    [run] = site.do([{"land": {"accounts.csv": "account_id,time_zone\n1001,UTC\n"}}, {"dbt": RUN}])
    assert not run["succeeded"]
    assert "time_zone is unknown: write timezone" in str(run["failed"])
