"""The texts of metrics for dbt's documentation: models/docs/metrics is written from models/semantic.

A panel's column has its metric's text as a docs block. `python -m parley.catalogue.texts` writes the
blocks anew; `--check` writes nothing and fails where a block is not what it would write.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from parley.catalogue.metrics import Metric, published_files, read_files

FOLDER = "models/docs/metrics"
HEAD = "{# Written by `make metric-texts` from models/semantic/metrics: change it there. #}\n"
WIDTH = 120


def paragraphs(metric: Metric) -> list[str]:
    """What is said of a metric below its column: what it means, how it is made, what to beware of."""
    unit = f"{metric.unit_text}; {metric.where_nothing}" if metric.where_nothing else metric.unit
    said = [
        metric.definition,
        f"How: {metric.how}. Unit: {unit}.",
        f"Dated by: {metric.time_base}. Adding up: {metric.additivity}.",
        f"For example: {metric.example.text}" if metric.example else "",
        f"Beware: {metric.beware}" if metric.beware else "",
        f"The vendor: {metric.vendor}" if metric.vendor else "",
    ]
    return [" ".join(text.split()) for text in said if text]


def block(metric: Metric) -> str:
    """A metric's docs block."""
    wrapped = [
        textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
        for text in paragraphs(metric)
    ]
    body = "\n\n".join(wrapped)
    return f"{{% docs metric_{metric.name} %}}\n{body}\n{{% enddocs %}}\n"


def documents(root: Path) -> dict[Path, str]:
    """What the files of blocks have to hold, a file for each of the metrics' files."""
    return {
        root / FOLDER / f"{path.stem.lstrip('_')}.md": HEAD
        + "\n"
        + "\n".join(block(metric) for metric in read_files([path]).values())
        for path in published_files(root)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the blocks, or say which are not up to date."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.catalogue.texts",
        description="Write models/docs/metrics from the metrics of models/semantic.",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="folder of the dbt project")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    chosen = parser.parse_args(arguments)
    wanted = documents(chosen.root)
    if not wanted:
        sys.exit(f"No metric is defined in {chosen.root / 'models/semantic/metrics'}.")
    there = {path: path.read_text(encoding="utf-8") for path in folder_files(chosen.root)}
    stale = sorted(path for path in {*wanted, *there} if wanted.get(path) != there.get(path))
    if chosen.check:
        for path in stale:
            print(f"{path} is not what `make metric-texts` writes.", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(wanted)} files of metric texts, {len(stale)} of them changed.")
    return 0


def folder_files(root: Path) -> list[Path]:
    """The files of blocks that are there."""
    return sorted((root / FOLDER).glob("*.md"))


if __name__ == "__main__":
    sys.exit(main())
