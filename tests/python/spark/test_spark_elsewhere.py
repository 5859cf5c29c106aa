"""Spark is not the process that runs dbt: a server of Spark Connect, and a cluster with workers of its own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from dbt_common.exceptions import DbtRuntimeError

from parley.landing.files import LandingError
from parley.landing.pseudonym_key import fingerprint, settled_key
from parley.privacy.ledger import Ledger
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


@contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    """A server of Spark Connect; dbt is its client."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rig.spark_server", str(port)],
            cwd=PROJECT, env=SparkSite(folder).environment(), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        begun = time.monotonic()
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, (folder / "server.log").read_text()[-4000:]
            assert time.monotonic() - begun < STARTS_WITHIN
            time.sleep(0.5)
        yield {"PARLEY_SPARK_REMOTE": f"sc://127.0.0.1:{port}"}
    finally:
        process.terminate()
        process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """A cluster of Spark's own: two workers are processes, each in a folder of its own."""
    del folder
    yield {"PARLEY_SPARK_MASTER": "local-cluster[2,1,1024]"}


@pytest.mark.parametrize("spark", [server, cluster])
def test_every_table_is_the_same_after_each_batch(
    bench: Bench, tmp_path: Path, spark: Callable[[Path], AbstractContextManager[dict[str, str]]]
) -> None:
    here = bench.site((*RUN,))
    steps = []
    for number in range(BATCHES):
        steps += [
            {"land": batch(number)},
            {"dbt": RUN},
            {"export": ["staging", "intermediate"], "to": str(tmp_path / str(number))},
        ]
    with spark(tmp_path) as settings:
        runs = SparkSite(tmp_path, settings=settings).do(steps)
    for number in range(BATCHES):
        assert runs[number]["failed"] == []
        here.land(landed(batch(number)))
        assert here.run().code == 0
        tables = all_compared(here.warehouse, tmp_path / str(number))
        assert [one for one in tables if not one.is_equal] == []
        assert len(tables) == 9
        assert [one for one in tables if not one.rows] == []


@pytest.mark.parametrize(
    ("master", "settings", "told"),
    [
        ("local", {}, None),
        ("local[*,3]", {"PARLEY_LANDING_ROOT": "landing/demo"}, None),
        ("spark://host:7077", {}, "PARLEY_LANDING_ROOT is landing/demo,"),
        (
            "yarn",
            {"PARLEY_LANDING_ROOT": "/landing"},
            "PARLEY_SPARK_WAREHOUSE is warehouse/spark,",
        ),
        ("yarn", {"PARLEY_LANDING_ROOT": "s3://b/l", "PARLEY_SPARK_WAREHOUSE": "/w"}, None),
        ("local[2]", {"PARLEY_SPARK_REMOTE": "sc://host"}, "PARLEY_LANDING_ROOT is landing/demo,"),
    ],
)
def test_places_are_told_in_full_to_workers_elsewhere(
    monkeypatch: pytest.MonkeyPatch, master: str, settings: dict[str, str], told: str | None
) -> None:
    # dbt-spark is not installed where these tests are skipped
    from parley.spark.session import check_places

    for name in ("PARLEY_LANDING_ROOT", "PARLEY_SPARK_WAREHOUSE", "PARLEY_SPARK_REMOTE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    if told:
        with pytest.raises(DbtRuntimeError, match=re.escape(told)):
            check_places({"spark.master": master})
    else:
        check_places({"spark.master": master})


def test_a_worker_that_does_not_see_the_ledger_or_the_key_reads_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are looked for where the build runs; a worker does not do without them and makes none."""
    from parley.spark.landing import Files, LinesReader, with_places

    monkeypatch.delenv("PARLEY_ERASURES", raising=False)
    monkeypatch.delenv("PARLEY_PSEUDONYM_KEY", raising=False)
    root, opened = tmp_path / "landing", tmp_path / "warehouse" / "opened"
    told = {"root": str(root), "opened": str(opened), "feed": "attentive/events"}
    assert with_places(told) == {
        **told,
        "erasures": "",
        "key": str(tmp_path / "parley.pseudonym_key"),
    }

    key = settled_key(tmp_path / "parley.pseudonym_key", [])
    ledger = tmp_path / "landing.erasures"
    Ledger(ledger).create()
    (ledger / "requests.jsonl").touch()
    here = with_places({**told, "held": json.dumps([fingerprint(key)])})
    assert here["erasures"] == str(ledger)
    assert list(LinesReader(here).read(Files({}))) == []
    (tmp_path / "parley.pseudonym_key").unlink()
    with pytest.raises(LandingError, match=r"key of the pseudonyms .* is gone"):
        list(LinesReader(here).read(Files({})))
    assert not (tmp_path / "parley.pseudonym_key").exists()
    (ledger / "requests.jsonl").unlink()
    with pytest.raises(LandingError, match="not there for a worker"):
        list(LinesReader(here).read(Files({})))
