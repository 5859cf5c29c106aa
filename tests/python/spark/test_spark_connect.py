"""A server of Spark Connect builds what DuckDB does: the process that runs dbt is only its client."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig import Bench
from rig.site import PROJECT
from rig.spark_batches import MODELS, batch, landed
from rig.spark_built import all_compared
from rig.spark_site import SparkSite

pytest.importorskip("pyspark")
pytest.importorskip("grpc")
pytestmark = pytest.mark.spark

RUN = ["run", "--select", *MODELS]
BATCHES = 2
STARTS_WITHIN = 300


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[SparkSite]:
    """A warehouse whose Spark is a server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = SparkSite(tmp_path)
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "rig.spark_server", str(port)],
            cwd=PROJECT, env=site.environment(), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        begun = time.monotonic()
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert server.poll() is None, (tmp_path / "server.log").read_text()[-4000:]
            assert time.monotonic() - begun < STARTS_WITHIN
            time.sleep(0.5)
        yield SparkSite(tmp_path, settings={"PARLEY_SPARK_REMOTE": f"sc://127.0.0.1:{port}"})
    finally:
        server.terminate()
        server.wait()


def test_every_table_is_the_same_after_each_batch(bench: Bench, remote: SparkSite) -> None:
    here = bench.site((*RUN,))
    steps = []
    for number in range(BATCHES):
        exported = str(remote.folder / str(number))
        steps += [
            {"land": batch(number)},
            {"dbt": RUN},
            {"export": ["staging", "intermediate"], "to": exported},
        ]
    runs = remote.do(steps)
    for number in range(BATCHES):
        assert runs[number]["failed"] == []
        here.land(landed(batch(number)))
        assert here.run().code == 0
        tables = all_compared(here.warehouse, remote.folder / str(number))
        assert [one for one in tables if not one.is_equal] == []
        assert len(tables) == 9
        assert [one for one in tables if not one.rows] == []
