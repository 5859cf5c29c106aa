"""The benchmark's section of One-to-One: N events of the widget, measured like the visits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from bench import Bench, Measure

MONTH_DAYS = 30
YEAR_MONTHS = 12
#: The surface with all it needs, and the tests that need nothing else.
SELECTION = ("--select", "+path:models/marts/one_to_one", "+landing_audit", "+quarantined_records")
TESTED = (*SELECTION, "--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")


class EventsBench:
    """The measurements of One-to-One in the benchmark's folder."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.folder = bench.folder / "one_to_one"
        self.folder.mkdir(parents=True, exist_ok=True)

    def land(self, root: Path, *options: str) -> None:
        """Make landing files with scripts/make_bench_events.py."""
        self.bench.run_script("make_bench_events.py", "--root", str(root), *options)

    def build(self, name: str, root: Path, warehouse: Path) -> Measure:
        """One build of the surface."""
        return self.bench.build(f"One-to-One, {name}", root, warehouse, *TESTED)

    def floor(self, root: Path) -> Measure:
        """The floor, in a process of its own."""
        return self.bench.floor(root, "bench_floor_events.py")

    def one_more_day(self, months: int, events: int) -> Measure:
        """One more day after so many months of so many events each."""
        root, warehouse = self.folder / f"after-{months}", self.folder / f"after-{months}.duckdb"
        self.bench.clear(warehouse)
        shutil.rmtree(root, ignore_errors=True)
        days = MONTH_DAYS * months
        options = ("--events", str(events * months), "--days", str(days))
        self.land(root, *options)
        self.build(f"history of {months} months", root, warehouse)
        self.land(root, *options, "--from-day", str(days), "--to-day", str(days + 1))
        return self.build(f"one more day after {months} months", root, warehouse)


def run(bench: Bench, events: int, history_events: int) -> None:
    """Make the data, measure, print the table."""
    section = EventsBench(bench)
    empty, month = section.folder / "empty", section.folder / "month"
    empty.mkdir(exist_ok=True)
    if not month.exists():
        section.land(month, "--events", str(events))
    full_file, empty_file = section.folder / "full.duckdb", section.folder / "empty.duckdb"
    for warehouse in (full_file, empty_file):
        bench.clear(warehouse)
    section.build("first build on an empty root (parses the project)", empty, empty_file)
    floor = section.floor(month)
    full = section.build("full build", month, full_file)
    nothing = section.build("nothing new", month, full_file)
    on_empty = section.build("empty landing root", empty, empty_file)
    best_floor = min((floor, section.floor(month)), key=lambda measure: measure.wall)
    first, last = (section.one_more_day(months, history_events) for months in (1, YEAR_MONTHS))

    table = Table(title=f"One-to-One: {events:,} events", show_lines=False)
    for column in ("what", "seconds", "processor", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")

    def row(what: str, measure: Measure, beside: Measure | None = None, *more: str) -> None:
        ratio = measure.wall / beside.wall if beside else 1
        whose, aim = more or ("", "")
        times = f"{measure.wall:.1f}", f"{measure.processor:.1f}"
        table.add_row(what, *times, f"{ratio:.2f}{whose}", aim)

    row("floor: parse every line once", best_floor)
    row("full build", full, best_floor, " x floor", "5")
    row("empty landing root", on_empty)
    row("nothing new", nothing, on_empty, " x empty", "1.5")
    row("one more day after 1 month", first)
    row("one more day after 12 months", last, first, " x 1 month", "1.2")
    bench.console.print(table)
    landed = sum(path.stat().st_size for path in month.rglob("*") if path.is_file())
    bench.console.print(
        f"peak memory of the full build {full.peak_bytes / 2**30:.2f} GiB (aim 4); landed "
        f"{landed / 2**20:,.0f} MiB, warehouse {full_file.stat().st_size / 2**20:,.0f} MiB"
    )
