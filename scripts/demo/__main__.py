"""Command line: `python -m demo --root landing/demo`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from demo import attentive, liveperson, one_to_one
from demo.accounts import accounts_csv
from demo.landing import ForeignLandingError, Landing

VENDORS = {"liveperson": liveperson, "attentive": attentive, "one_to_one": one_to_one}
DEFAULT_SEED = 20260401


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m demo",
        description="Write three months of demo landing data (2026-04-01 to 2026-06-30). "
        "The same seed gives the same bytes; a folder that is up to date is left alone.",
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path("landing/demo"),
        help="landing root (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, help="seed of all chance (default: %(default)s)"
    )
    parser.add_argument(
        "--force", action="store_true", help="write again even if up to date or changed"
    )
    return parser.parse_args(arguments)


def progress(text: str) -> None:
    """One line of progress, kept apart from the result on standard output."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the demo landing root, or find that there is nothing to do."""
    options = parse_arguments(arguments)
    landing = Landing(options.root)
    if not options.force and landing.is_current(options.seed):
        print(f"{options.root} is up to date")
        return 0
    if not options.force and landing.is_changed():
        print(
            f"{options.root} has other files than the demo wrote, and stays as it is. Put files of "
            "your own into another folder (PARLEY_LANDING_ROOT), and remove this one to have the demo again."
        )
        return 0
    began = time.monotonic()
    try:
        landing.start(options.seed, VENDORS)
    except ForeignLandingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    rows = [row for vendor in VENDORS.values() for row in vendor.ACCOUNTS]
    landing.write_text("accounts.csv", accounts_csv(rows))
    for vendor in VENDORS.values():
        vendor.write(landing, options.seed, progress)
    landing.finish(options.seed)
    figures = ", ".join(f"{number:,} {what}" for what, number in landing.counts.items())
    megabytes = landing.size / 1e6
    seconds = time.monotonic() - began
    print(
        f"{options.root}: {figures}; {landing.files:,} files, {megabytes:.1f} MB, {seconds:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
