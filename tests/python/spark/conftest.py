"""What the tests on Spark share."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rig.spark_site import SparkSite, in_format


def pytest_sessionstart(session: pytest.Session) -> None:
    """Have Spark fetch its packages once: the downloads of several workers would meet in one cache."""
    marks = session.config.getoption("markexpr")
    chosen = "spark" in marks and "not spark" not in marks
    is_worker = hasattr(session.config, "workerinput")
    if not chosen or is_worker:
        return
    fetched = [] if os.environ.get("PARLEY_SPARK_JARS") else ["iceberg"]
    if "not soak" not in marks:
        fetched.append("delta")
    for name in fetched:
        with TemporaryDirectory() as folder:
            [done] = SparkSite(Path(folder), settings=in_format(name)).do([{"dbt": ["debug"]}])
        if not done["succeeded"]:
            pytest.exit(f"Spark does not start: {done['failed']}", 1)
