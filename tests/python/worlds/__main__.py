"""Write a world: ``python -m worlds --seed 7 --accounts 60 FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import make_world, write_world


def main() -> None:
    """Write the files of a seed below a landing root."""
    parser = argparse.ArgumentParser(prog="worlds", description=__doc__)
    parser.add_argument("root", type=Path, help="the landing root to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--accounts", type=int, default=60)
    parser.add_argument("--attentive", type=int, default=0, help="accounts that text")
    parser.add_argument("--one-to-one", type=int, default=0, help="accounts of that system")
    parser.add_argument("--contentious", action="store_true", help="add what is left open")
    options = parser.parse_args()
    files = make_world(
        options.seed,
        options.accounts,
        options.contentious,
        options.attentive,
        options.one_to_one,
    )
    write_world(files, options.root)
    print(f"{len(files)} files below {options.root}")


if __name__ == "__main__":
    main()
