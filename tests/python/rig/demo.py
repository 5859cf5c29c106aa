"""The demo's warehouse and published marts, built once for all tests that look at them."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from .site import EVERYTHING, PROJECT, Bench

#: What pytest-xdist sets in a worker, whose temporary folder stands beside those of the others.
WORKER = "PYTEST_XDIST_WORKER"


@dataclass(frozen=True)
class Demo:
    """Where the demo's landed files, its warehouse and its published marts are. Read only."""

    landing: Path
    warehouse: Path
    published: Path


def build_demo(folder: Path) -> Path:
    """Write the demo's files, build and publish them; the folder that has it all."""
    site = Bench(folder).site()
    command = [sys.executable, "-m", "demo", "--root", str(site.landing)]
    made = site.spawn(command, {"PYTHONPATH": str(PROJECT / "scripts")}).wait()
    assert made.code == 0, made.output
    built = site.run(*EVERYTHING)
    assert built.code == 0, built.output[-4000:]
    published = site.publish()
    assert published.code == 0, published.output
    return site.folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo; of several workers the first builds it, and the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if WORKER in os.environ else base) / "demo"
    shared.mkdir(exist_ok=True)
    finished = shared / "finished"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            # a new folder each time: an attempt that failed may have left anything
            folder = build_demo(Path(tempfile.mkdtemp(dir=shared)))
            finished.write_text(str(folder), encoding="utf-8")
    folder = Path(finished.read_text(encoding="utf-8"))
    return Demo(folder / "landing", folder / "warehouse.duckdb", folder / "parley_marts.duckdb")
