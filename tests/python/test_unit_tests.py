"""dbt's unit tests, run: a build leaves them out, because they check our SQL and nobody's data."""

from __future__ import annotations

import re

from rig import EVERYTHING, Bench
from rig.fixtures import bench  # noqa: F401

LEAST = 148


def test_every_unit_test_passes(bench: Bench) -> None:  # noqa: F811
    site = bench.site()
    # the tests read column types off the relations, so those have to be there first
    site.build(*EVERYTHING)
    done = site.run("test", "--select", "test_type:unit")
    assert done.code == 0, done.output[-6000:]
    passed = re.findall(r"\bPASS \w+::(\w+)", done.output)
    assert len(set(passed)) >= LEAST, sorted(passed)
