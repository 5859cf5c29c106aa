"""Speed and memory of the warehouse, side by side in one run: `make bench`.

Makes landing files for N visits, then for N text messages, then for N events of the One-to-One widget, and
measures, each in processes of its own:

* floor: one DuckDB statement that reads every landed line of every feed, parses it once and extracts the
  fields the models use, writing nothing;
* funnel: the visit funnel as one would write it by hand (scripts/bench_funnel.py);
* full: `dbt build` from nothing, and what each layer of it costs;
* nothing new: `dbt build` again, beside `dbt build` on an empty landing root;
* one more day after one month of history, and the same day's size after twelve months of history;
* the figures of a dashboard's page, beside DuckDB alone (scripts/bench_pages.py);
* the provider API under load, beside DuckDB alone (scripts/bench_api.py).

The builds of text messages and of the widget build what their own reports are made of.

Prints ratios, peak memory and bytes. Times of a shared machine mean little alone; the ratios are the
result, of the processor's seconds, which others on the machine disturb less than the clock's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
MONTH_DAYS = 30
YEAR_MONTHS = 12


@dataclass(frozen=True)
class Load:
    """What a measurement is of: the script that lands so many of them, and what is built of them."""

    what: str
    script: str
    selection: tuple[str, ...] = ()
    floor: str = "scripts/bench_floor.py"
    by_hand: str = ""
    aim: str = "5"
    has_pages: bool = False


LOADS = {
    "visits": Load(
        "visits",
        "scripts/make_bench_landing.py",
        by_hand="scripts/bench_funnel.py",
        aim="4",
        has_pages=True,
    ),
    "messages": Load(
        "messages",
        "scripts/make_bench_texts.py",
        # without tests that compare with what is not built
        ("--select", "+path:models/marts/concierge", "--indirect-selection", "cautious"),
    ),
    "events": Load(
        "events",
        "scripts/make_bench_events.py",
        ("--select", "+path:models/marts/one_to_one", "--indirect-selection", "cautious"),
        "scripts/bench_floor_events.py",
    ),
}


#: What a node's name begins with, and the layer that its time is counted to; the first that fits.
LAYERS = {
    "model.parley.stg_landing": "ledger of landed files",
    "model.parley.stg_": "write: current versions and lists",
    "model.parley.int_": "definitions",
    "model.": "marts",
    "seed.": "marts",
    "test.": "tests",
}
READ = "parse: deliveries"
OUTSIDE = "dbt itself"


@dataclass(frozen=True)
class Measure:
    """One measured process: seconds of wall clock and of processor, and peak resident memory."""

    wall: float
    processor: float
    peak_bytes: int


def measure(command: list[str], environment: dict[str, str]) -> Measure:
    """Run a command to its end; stop with its output when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{output.decode(errors='replace')[-4000:]}")
    return Measure(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


class Bench:
    """A folder of landing roots and warehouses, and the measurements made in it."""

    def __init__(self, load: Load, folder: Path, console: Console) -> None:
        self.load = load
        self.folder = folder
        self.console = console
        folder.mkdir(parents=True, exist_ok=True)

    def environment(self, root: Path, warehouse: Path) -> dict[str, str]:
        """Settings of one dbt run; every warehouse has a target folder of its own."""
        return {
            **os.environ,
            "PARLEY_LANDING_ROOT": str(root),
            "PARLEY_WAREHOUSE": str(warehouse),
            "DBT_TARGET_PATH": str(self.target(warehouse)),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "PYTHONPATH": str(ROOT / "src"),
        }

    def target(self, warehouse: Path) -> Path:
        """Where dbt keeps what belongs to a warehouse."""
        return self.folder / "targets" / warehouse.stem

    def land(self, root: Path, number: int, *options: str) -> None:
        """Make landing files of so many visits or messages."""
        options = (f"--{self.load.what}", str(number), *options)
        self.console.print(f"making {root.name} {' '.join(options)}")
        command = [sys.executable, self.load.script, "--root", str(root), *options]
        measure(command, dict(os.environ))

    def build(self, name: str, root: Path, warehouse: Path) -> Measure:
        """One `dbt build`, once dbt has parsed the project: that takes as long whatever has landed."""
        dbt = str(Path(sys.executable).with_name("dbt"))
        environment = self.environment(root, warehouse)
        if not self.target(warehouse).exists():
            self.tell("dbt parses the project", measure([dbt, "parse", "--quiet"], environment))
        found = measure([dbt, "build", "--quiet", *self.load.selection], environment)
        self.tell(name, found)
        return found

    def tell(self, name: str, found: Measure) -> None:
        """Print a measurement as soon as it is there, so that a run that is stopped told what it had."""
        self.console.print(
            f"{name}: {found.wall:.1f} s, of the processor {found.processor:.1f} s, "
            f"peak {found.peak_bytes / 2**30:.2f} GiB"
        )

    def floor(self, root: Path) -> Measure:
        """The floor, in a process of its own."""
        found = measure(
            [sys.executable, self.load.floor, str(root)],
            self.environment(root, self.folder / "none.duckdb"),
        )
        self.tell("floor", found)
        return found

    def by_hand(self, root: Path) -> Measure | None:
        """The script written by hand, in a process of its own; none where there is none."""
        if not self.load.by_hand:
            return None
        file = str(self.folder / "by_hand.duckdb")
        found = measure([sys.executable, self.load.by_hand, str(root), file], dict(os.environ))
        self.tell("by hand", found)
        return found

    def layers(self, warehouse: Path, build: Measure) -> dict[str, float]:
        """Seconds of all threads that the last build spent in each layer, and of dbt outside of them."""
        found: dict[str, float] = {}
        told = json.loads((self.target(warehouse) / "run_results.json").read_text())
        for result in told["results"]:
            name = result["unique_id"]
            layer = next((of for begin, of in LAYERS.items() if name.startswith(begin)), OUTSIDE)
            if name.endswith("_deliveries"):
                layer = READ
            found[layer] = found.get(layer, 0.0) + result["execution_time"]
        # its start, and reading the project
        found[OUTSIDE] = found.get(OUTSIDE, 0.0) + max(0.0, build.wall - told["elapsed_time"])
        return found

    def clear(self, warehouse: Path) -> None:
        """Remove a warehouse file."""
        for path in (warehouse, warehouse.with_name(warehouse.name + ".wal")):
            path.unlink(missing_ok=True)


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure_api(conversations: int) -> str:
    """What scripts/bench_api.py prints."""
    return printed("scripts/bench_api.py", "--conversations", str(conversations))


def measure_pages(warehouse: Path) -> str:
    """What scripts/bench_pages.py prints of a warehouse, once it is published."""
    published = warehouse.with_name("published.duckdb")
    files = ("--warehouse", str(warehouse), "--target", str(published))
    measure([sys.executable, "-m", "parley.publish", *files], dict(os.environ))
    return printed("scripts/bench_pages.py", str(published))


def printed(*arguments: str) -> str:
    """What a script of Python prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    return done.stdout


def run(load: Load, number: int, history: int, folder: Path, keep: bool) -> None:
    """Make the data, measure, print the tables."""
    console = Console(force_terminal=False, width=110)
    bench = Bench(load, folder, console)
    empty, month, year = folder / "empty", folder / "month", folder / "year"
    empty.mkdir(exist_ok=True)
    if not month.exists():
        bench.land(month, number)
    full_file, empty_file = folder / "full.duckdb", folder / "empty.duckdb"
    for warehouse in (full_file, empty_file):
        bench.clear(warehouse)
    bench.build("an empty root (writes the texts of metric_sql)", empty, empty_file)
    bench.clear(empty_file)
    on_empty_first = bench.build("first build of an empty root", empty, empty_file)
    floor = bench.floor(month)
    by_hand = bench.by_hand(month)
    full = bench.build("full build", month, full_file)
    layers = bench.layers(full_file, full)
    nothing = bench.build("nothing new", month, full_file)
    on_empty = bench.build("empty landing root", empty, empty_file)
    best_floor = min(floor, bench.floor(month), key=lambda found: found.processor)

    day = {}
    for name, months, root in (("1 month", 1, folder / "short"), ("12 months", YEAR_MONTHS, year)):
        # as many a day, with one month and with twelve months of them behind
        warehouse = folder / f"{root.name}.duckdb"
        bench.clear(warehouse)
        shutil.rmtree(root, ignore_errors=True)
        total = history * months
        days = MONTH_DAYS * months
        bench.land(root, total, "--days", str(days))
        bench.build(f"history of {name}", root, warehouse)
        one_more = ("--from-day", str(days), "--to-day", str(days + 1))
        bench.land(root, total, "--days", str(days), *one_more)
        day[name] = bench.build(f"one more day after {name}", root, warehouse)

    table = Table(title=f"{number:,} {load.what}", show_lines=False)
    for column in ("what", "seconds", "processor", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")

    def row(what: str, found: Measure, ratio: str = "1.00", aim: str = "") -> None:
        table.add_row(what, f"{found.wall:.1f}", f"{found.processor:.1f}", ratio, aim)

    row("floor: parse every line once", best_floor)
    above = full.processor - on_empty_first.processor
    row("full build", full, f"(full - empty) {above / best_floor.processor:.2f} x floor", load.aim)
    if by_hand:
        without_tests = full.processor * (1 - layers.get("tests", 0.0) / sum(layers.values()))
        row("the funnel by hand", by_hand)
        ratio = without_tests / by_hand.processor
        table.add_row(
            "full build without tests", "", f"{without_tests:.1f}", f"{ratio:.2f} x by hand", "3"
        )
    row("first build of an empty root", on_empty_first)
    row("empty root", on_empty)
    row("nothing new", nothing, f"{nothing.processor / on_empty.processor:.2f} x empty", "1.1")
    first, last = day["1 month"], day["12 months"]
    row("one more day after 1 month", first)
    ratio = last.processor / first.processor
    row("one more day after 12 months", last, f"{ratio:.2f} x 1 month", "1.2")
    table.add_section()
    for layer, seconds in sorted(layers.items(), key=lambda one: -one[1]):
        share = f"{seconds / sum(layers.values()):.0%} of the build"
        table.add_row(f"full build: {layer}", f"{seconds:.1f}", "", share, "")
    console.print(table)
    console.print("A layer's seconds are those of all threads together.")
    console.print(
        f"peak memory of the full build {full.peak_bytes / 2**30:.2f} GiB (aim 4); landed "
        f"{size(month) / 2**20:,.0f} MiB, warehouse {full_file.stat().st_size / 2**20:,.0f} MiB"
    )
    if load.has_pages:
        console.print(measure_pages(full_file))
    if not keep:
        shutil.rmtree(folder)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = (
        ("visits", 1_000_000, 100_000),
        ("messages", 5_000_000, 500_000),
        ("events", 1_000_000, 100_000),
    )
    for what, number, history in sizes:
        parser.add_argument(
            f"--{what}",
            type=int,
            default=number,
            help=f"{what} of the full build (default: {number:,})",
        )
        parser.add_argument(
            f"--history-{what}",
            type=int,
            default=history,
            help=f"{what} a month in the histories that one more day is added to",
        )
    parser.add_argument("--only", choices=sorted((*LOADS, "api")), help="measure only one of them")
    parser.add_argument(
        "--api-conversations",
        type=int,
        default=200_000,
        help="published conversations that the provider API searches",
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "landing" / "bench", help="where")
    parser.add_argument("--keep", action="store_true", help="keep the files and warehouses made")
    options = parser.parse_args()
    chosen = vars(options)
    for what, load in LOADS.items():
        if options.only in (None, what):
            history = chosen[f"history_{what}"]
            run(load, chosen[what], history, options.folder / what, options.keep)
    if options.only in (None, "api"):
        print(measure_api(options.api_conversations))


if __name__ == "__main__":
    main()
