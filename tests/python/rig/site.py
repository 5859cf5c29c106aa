"""Landing roots, warehouses, and dbt run on them as a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .marts import Marts, read_marts
from .warm import Forked, WarmDbt

PROJECT = Path(__file__).resolve().parents[3]
DBT = Path(sys.executable).with_name("dbt")
OWN_SETTINGS = ("PARLEY_", "DBT_")
TIMEOUT = 1800
QUIET = {"DBT_LOG_LEVEL_FILE": "none"}
NO_ARTIFACTS = {"DBT_WRITE_JSON": "false"}
#: Seeds and models. dbt's own tests of them take twice as long.
EVERYTHING = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
#: Commands that are run for the files they write.
WRITERS = ("docs",)
#: Commands that a process runs for which dbt need not be started. No setting changes what is parsed: the
#: profile and macros read them when something is run.
WARM = ("build", "run", "test", "show")
#: Settings under which dbt is started all the same: of how it opens the warehouse, and of what it writes.
COLD = {"PARLEY_MEMORY_LIMIT", "PARLEY_WAREHOUSE", "DBT_WRITE_JSON"}
#: Surfaces whose tests build them alone, the view that also reads those, and texts of queries; most builds need
#: not wait for them.
OTHER_SURFACES = (
    "metric_sql",
    "int_landing__record_lines+",
    "path:models/intermediate/concierge",
    "path:models/marts/concierge",
    "path:models/marts/facts/concierge",
    "path:models/intermediate/one_to_one",
    "path:models/marts/one_to_one",
    "path:models/marts/facts/one_to_one",
)
WITHOUT_OTHERS = ("--exclude", *OTHER_SURFACES)
#: What a world of one vendor's accounts has rows in, and the audit of every feed.
LIVEPERSON = (*EVERYTHING, *WITHOUT_OTHERS)
CONCIERGE = (*EVERYTHING, "--select", "+path:models/marts/concierge", "+path:models/marts/audit")
ONE_TO_ONE = (*EVERYTHING, "--select", "+path:models/marts/one_to_one", "+path:models/marts/audit")
#: What most builds of the tests run.
MODELS = LIVEPERSON


class Landed(Protocol):
    """A file to land: its path below the landing root and its bytes."""

    @property
    def path(self) -> str:
        """The path below the landing root."""

    @property
    def content(self) -> bytes:
        """What the file holds."""


@dataclass(frozen=True)
class Done:
    """A process that has ended: its exit code, and all it printed."""

    code: int
    output: str


def land(root: Path, files: Iterable[Landed]) -> None:
    """Put files below a landing root."""
    for file in files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


class Running:
    """A dbt process on its way; its lines are read one by one."""

    def __init__(self, process: subprocess.Popen[str] | Forked) -> None:
        self.process = process
        self.lines: list[str] = []

    def read_until(self, text: str, times: int = 1) -> bool:
        """Read on until so many lines with the text were printed; False when it ended before."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if text in line:
                times -= 1
                if times == 0:
                    return True
        return False

    def kill(self) -> Done:
        """Kill it as a power failure would, and wait until it is gone."""
        self.process.send_signal(signal.SIGKILL)
        return self.wait()

    def wait(self) -> Done:
        """Wait for its end."""
        rest, _ = self.process.communicate(timeout=TIMEOUT)
        return Done(self.process.returncode, "".join(self.lines) + rest)


class Bench:
    """One worker's place to work: what dbt parsed is kept from build to build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.current = folder / "current"
        self.made = 0
        self.warm = WarmDbt(PROJECT, self.environment(QUIET))

    def site(self, models: tuple[str, ...] = MODELS) -> Site:
        """A new site with an empty landing root and no warehouse; what its builds build."""
        self.made += 1
        folder = self.folder / f"site-{self.made}"
        (folder / "landing").mkdir(parents=True)
        return Site(self, folder, models)

    def artifact(self, name: str) -> Path:
        """A file that dbt wrote when it parsed the project: its manifest, say."""
        if not self.current.exists():
            self.mount(self.site().folder)  # dbt looks at its settings before it parses
        self.warm.prepare()
        return self.folder / "target" / name

    def mount(self, folder: Path) -> None:
        """Let ``current`` lead to a site. dbt parses anew whenever a setting's text changes."""
        self.current.unlink(missing_ok=True)
        self.current.symlink_to(folder, target_is_directory=True)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The environment of a process, free of the settings of whoever runs the tests."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OWN_SETTINGS)}
        return kept | {
            "PYTHONPATH": str(PROJECT / "src"),
            "PYTHONUNBUFFERED": "1",
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "PARLEY_LANDING_ROOT": str(self.current / "landing"),
            "PARLEY_WAREHOUSE": str(self.current / "warehouse.duckdb"),
            **settings,
        }


class Site:
    """A landing root and the warehouse that is built from it."""

    def __init__(self, bench: Bench, folder: Path, models: tuple[str, ...]) -> None:
        self.bench = bench
        self.folder = folder
        self.models = models
        self.landing = folder / "landing"
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "parley_marts.duckdb"

    def land(self, files: Iterable[Landed]) -> None:
        """Put files below the landing root."""
        land(self.landing, files)

    def copy(self) -> Site:
        """Another site that starts where this one stands."""
        other = self.bench.site(self.models)
        shutil.rmtree(other.folder)
        shutil.copytree(self.folder, other.folder)
        return other

    def start(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Running:
        """Start dbt; both of its streams are read as one.

        A build writes no artifacts and no log file, which nobody reads and which take a fifth of its
        time; `docs` does write what it is run for.
        """
        chosen = arguments or self.models
        if chosen[0] in WARM and not COLD & set(settings or ()):
            self.bench.mount(self.folder)
            environment = self.bench.environment(QUIET | NO_ARTIFACTS | dict(settings or {}))
            return Running(self.bench.warm.start(("--no-use-colors", *chosen), environment))
        quiet = QUIET if chosen[0] in WRITERS else QUIET | NO_ARTIFACTS
        return self.spawn([str(DBT), "--no-use-colors", *chosen], quiet | dict(settings or {}))

    def spawn(self, command: list[str], settings: Mapping[str, str] | None = None) -> Running:
        """Start a program of the project on this site."""
        self.bench.mount(self.folder)
        return Running(
            subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.bench.environment(settings or {}),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        )

    def run(self, *arguments: str, settings: Mapping[str, str] | None = None) -> Done:
        """Run dbt to its end (seeds and the site's models where nothing else is said)."""
        return self.start(*arguments, settings=settings).wait()

    def build(self, *arguments: str) -> Marts:
        """Run dbt, which must succeed; the marts."""
        done = self.run(*arguments)
        assert done.code == 0, done.output[-4000:]
        return self.marts()

    def publish(self) -> Done:
        """Publish the marts."""
        return self.spawn([sys.executable, "-m", "parley.publish"]).wait()

    def marts(self) -> Marts:
        """The marts of the warehouse."""
        return read_marts(self.warehouse)
