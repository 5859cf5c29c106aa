"""BI tools read the published file while builds and publishes run: no error, no half-built state.

A state is a whole one when all rows of all marts are those of one finished build. Readers are
processes with DuckDB's own client, and one that opens it as a page of the dashboards does; they report what
they saw, and whole states are known here.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rig import EVERYTHING, Bench, Site, reader
from rig.lives import batches_of
from rig.waiting import eventually
from worlds import make_world

READS = 1_000
DELIVERIES = 3
UNDER_WAY = 20  # more reads than can have begun before
HOW = ("afresh", "kept", "pool", "page")
READER = Path(reader.__file__)

pytestmark = pytest.mark.slow


class Readers:
    """Processes that read the published file, and what they saw."""

    def __init__(self, site: Site) -> None:
        self.folder = site.folder / "readers"
        self.folder.mkdir()
        self.processes = [
            subprocess.Popen(
                [sys.executable, str(READER), how, str(site.published), str(self.folder)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for how in HOW
        ]

    def reads(self) -> int:
        """How often the file was read up to now."""
        counter = self.folder / "reads"
        return counter.stat().st_size if counter.exists() else 0

    def check(self) -> None:
        """Nobody has given up."""
        for process in self.processes:
            assert process.poll() is None, process.communicate()[1]

    def end(self) -> list[list[str]]:
        """Let them finish; the states that each saw, the last one last."""
        (self.folder / "stop").touch()
        seen = []
        for process in self.processes:
            said, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors
            seen.append(said.splitlines())
        return seen


@contextmanager
def reading(site: Site) -> Iterator[Readers]:
    """Readers of a site; none survives the test."""
    readers = Readers(site)
    try:
        yield readers
    finally:
        for process in readers.processes:
            process.kill()
            process.wait()


def publish(site: Site) -> None:
    """Publish, which must succeed."""
    done = site.publish()
    assert done.code == 0, done.output


def publish_and_kill(site: Site) -> None:
    """Start to publish and kill it when its private file is there."""
    running = site.spawn([sys.executable, "-m", "parley.publish"])
    while running.process.poll() is None and not list(
        site.folder.glob(".parley_marts.duckdb.partial*")
    ):
        time.sleep(0.001)
    running.kill()


def build(site: Site, *arguments: str) -> str:
    """Build; the state that is published next."""
    done = site.run(*arguments)
    assert done.code == 0, done.output[-4000:]
    return reader.read_state(site.warehouse)


def deliveries() -> list[list[Any]]:
    """The files of a world, in deliveries of which each changes the marts."""
    files = make_world(seed=5, accounts=0, one_to_one=1)
    return [batch for batch in batches_of(files, DELIVERIES, seed=2) if batch]


@pytest.fixture(scope="module")
def site(bench: Bench) -> Site:
    """The first delivery, built and published."""
    made = bench.site()
    made.land(deliveries()[0])
    build(made, *EVERYTHING)
    publish(made)
    return made


def test_a_thousand_reads_while_builds_and_publishes_run(site: Site) -> None:
    whole = [reader.read_state(site.warehouse)]
    with reading(site) as readers:
        for delivery in deliveries()[1:]:
            site.land(delivery)
            whole.append(build(site, *EVERYTHING))
            publish_and_kill(site)
            publish(site)
            before = readers.reads()
            eventually(
                lambda before=before: readers.reads() > before + UNDER_WAY, "it is read, too"
            )
            readers.check()
        # A machine on which builds are fast has to publish a little longer.
        while readers.reads() < READS:
            publish(site)
            readers.check()
        seen = readers.end()
        assert readers.reads() >= READS
    assert len(set(whole)) == len(whole) > 2  # every delivery changed the marts
    for states in seen:
        assert set(states) <= set(whole)
        assert states[-1] == whole[-1]
    assert len({state for states in seen for state in states}) > 2


def test_what_customers_wrote_is_the_owners_alone(site: Site) -> None:
    """Whatever the umask of whoever builds and publishes."""
    for file in (site.warehouse, site.published):
        assert file.stat().st_mode & 0o777 == 0o600, file


def test_clients_need_not_be_as_new_as_the_engine(site: Site) -> None:
    with duckdb.connect(str(site.published), read_only=True) as connection:
        found = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where not internal"
        ).fetchone()
    assert found == ("v1.0.0+",)
