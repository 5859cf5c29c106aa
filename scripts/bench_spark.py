"""Spark beside DuckDB on the same landed visits, in one run: what a build costs, and what of it is start-up.

Each engine builds an empty landing root and then the visits, models and seeds without tests, in processes of
their own. Seconds are the processor's, of a process and all that it started, and the clock's. Each measurement
is kept as soon as it is there, so a run that was stopped goes on where it was.
Start-up is what the build of an empty root takes: dbt, Spark, and planning statements about nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import LOADS, ROOT, Bench, Measure

ENGINES = ("duckdb", "spark")
BUILD = (
    "build",
    "--quiet",
    "--exclude-resource-type",
    "test",
    "--exclude-resource-type",
    "unit_test",
)
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SAMPLES_A_SECOND = 4


def used(session: int) -> dict[str, tuple[float, int]]:
    """Of each process of a session: the processor's seconds and the resident bytes."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[3]) == session:
            found[stat.parent.name] = (
                (int(fields[11]) + int(fields[12])) / TICKS,
                int(fields[21]) * PAGE,
            )
    return found


def measure(command: list[str], environment: dict[str, str], log: Path) -> Measure:
    """Run a command to its end, with all processes that it starts; stop with its output when it fails."""
    began = time.perf_counter()
    seconds: dict[str, float] = {}
    peak = 0
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while process.poll() is None:
            now = used(process.pid)
            seconds |= {name: spent for name, (spent, _) in now.items()}
            peak = max(peak, sum(held for _, held in now.values()))
            time.sleep(1 / SAMPLES_A_SECOND)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{log.read_text()[-4000:]}")
    return Measure(time.perf_counter() - began, sum(seconds.values()), peak)


class Engines(Bench):
    """A folder of landing roots and the warehouses of both engines."""

    def __init__(self, folder: Path, console: Console, master: str, select: list[str]) -> None:
        super().__init__(LOADS["visits"], folder, console)
        self.master = master
        self.selected = ["--select", *select] if select else []
        self.kept = folder / "measured.json"
        self.measured: dict[str, Any] = (
            json.loads(self.kept.read_text()) if self.kept.exists() else {}
        )

    def settings(self, engine: str, root: Path) -> dict[str, str]:
        """Settings of dbt: each warehouse is one file or folder, with a target folder of its own."""
        warehouse = self.folder / f"{root.name}.{engine}"
        return self.environment(root, warehouse.with_suffix(".duckdb")) | {
            "PARLEY_TARGET": engine,
            "PARLEY_SPARK_MASTER": self.master,
            "PARLEY_SPARK_WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(self.folder / "targets" / warehouse.name),
        }

    def compare(self, engine: str, root: Path) -> dict[str, Any]:
        """One build from nothing, and the seconds of each layer; kept if it was measured before."""
        name = " ".join((root.name, "on", engine, *self.selected[1:]))
        if name not in self.measured:
            settings = self.settings(engine, root)
            self.clear(Path(settings["PARLEY_WAREHOUSE"]))
            shutil.rmtree(settings["PARLEY_SPARK_WAREHOUSE"], ignore_errors=True)
            dbt, log = str(Path(sys.executable).with_name("dbt")), self.folder / f"{name}.log"
            measure([dbt, "parse", "--quiet"], settings, log)
            found = measure([dbt, *BUILD, *self.selected], settings, log)
            self.tell(name, found)
            results = json.loads(
                (Path(settings["DBT_TARGET_PATH"]) / "run_results.json").read_text()
            )
            self.measured[name] = {
                **vars(found),
                "layers": self.layers(Path(settings["DBT_TARGET_PATH"]), found),
                "slowest": sorted(
                    ((one["execution_time"], one["unique_id"]) for one in results["results"]),
                    reverse=True,
                )[:12],
            }
            self.kept.write_text(json.dumps(self.measured, indent=1))
        return dict(self.measured[name])

    def target(self, warehouse: Path) -> Path:
        """The target folder, by which a build is named here."""
        return warehouse


def run(visits: int, folder: Path, master: str, select: list[str]) -> None:
    """Make the data, measure, print the table."""
    console = Console(force_terminal=False, width=110)
    engines = Engines(folder, console, master, select)
    empty, landed = folder / "empty", folder / f"{visits}_visits"
    empty.mkdir(exist_ok=True)
    if not (folder / f"{landed.name}.landed").exists():
        engines.land(landed, visits, "--force")
        (folder / f"{landed.name}.landed").touch()
    nothing = {engine: engines.compare(engine, empty) for engine in ENGINES}
    full = {engine: engines.compare(engine, landed) for engine in ENGINES}

    table = Table(title=f"{visits:,} visits, Spark on {master} and DuckDB")
    for column in ("seconds", "DuckDB", "Spark", "Spark / DuckDB"):
        table.add_column(column, justify="left" if column == "seconds" else "right")

    def row(what: str, of_duckdb: float, of_spark: float) -> None:
        ratio = f"{of_spark / of_duckdb:.1f}" if of_duckdb > 0 else ""
        table.add_row(what, f"{of_duckdb:.1f}", f"{of_spark:.1f}", ratio)

    for kind in ("processor", "wall"):
        told = {"processor": "processor", "wall": "clock"}[kind]
        row(f"{told}: empty root, which is start-up", *(nothing[one][kind] for one in ENGINES))
        row(f"{told}: {visits:,} visits", *(full[one][kind] for one in ENGINES))
        row(
            f"{told}: visits less start-up",
            *(full[one][kind] - nothing[one][kind] for one in ENGINES),
        )
        table.add_section()
    for layer in full["duckdb"]["layers"]:
        above = [
            full[one]["layers"].get(layer, 0.0) - nothing[one]["layers"].get(layer, 0.0)
            for one in ENGINES
        ]
        row(f"clock of all threads, less start-up: {layer}", *above)
    console.print(table)
    for engine in ENGINES:
        console.print(
            f"{engine}: peak memory {full[engine]['peak_bytes'] / 2**30:.2f} GiB; the slowest:"
        )
        for seconds, name in full[engine]["slowest"]:
            console.print(f"  {seconds:6.1f} s  {name}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=200_000, help="default: 200,000")
    parser.add_argument("--master", default="local[2]", help="where Spark runs (default: local[2])")
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / "landing" / "bench_spark",
        help="where all of it is kept",
    )
    parser.add_argument(
        "--select", nargs="*", default=[], help="models, as dbt selects them (default: all)"
    )
    options = parser.parse_args()
    run(options.visits, options.folder, options.master, options.select)


if __name__ == "__main__":
    main()
