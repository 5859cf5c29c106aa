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
    best_floor = min(floor.wall, section.floor(month).wall)
    first, last = (section.one_more_day(months, history_events) for months in (1, YEAR_MONTHS))

    table = Table(title=f"One-to-One: {events:,} events", show_lines=False)
    for column in ("what", "seconds", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")
    table.add_row("floor: parse every line once", f"{best_floor:.1f}", "1.00", "")
    table.add_row("full build", f"{full.wall:.1f}", f"{full.wall / best_floor:.2f} x floor", "5")
    beyond = full.wall - on_empty.wall
    table.add_row("… beyond an empty root's", f"{beyond:.1f}", f"{beyond / best_floor:.2f}", "")
    table.add_row("empty landing root", f"{on_empty.wall:.1f}", "1.00", "")
    ratio = nothing.wall / on_empty.wall
    table.add_row("nothing new", f"{nothing.wall:.1f}", f"{ratio:.2f} x empty", "1.5")
    table.add_row("one more day after 1 month", f"{first.wall:.1f}", "1.00", "")
    ratio = last.wall / first.wall
    table.add_row(
        "one more day after 12 months", f"{last.wall:.1f}", f"{ratio:.2f} x 1 month", "1.2"
    )
    bench.console.print(table)
    landed = sum(path.stat().st_size for path in month.rglob("*") if path.is_file())
    bench.console.print(
        f"peak memory of the full build {full.peak_bytes / 2**30:.2f} GiB (aim 4); landed "
        f"{landed / 2**20:,.0f} MiB, warehouse {full_file.stat().st_size / 2**20:,.0f} MiB"
    )
