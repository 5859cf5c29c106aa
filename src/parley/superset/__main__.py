"""Write a folder that `superset import-directory` reads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from parley.files import CommandError, path_argument, published_path, warehouse_path
from parley.superset.assets import assets
from parley.superset.dashboard import SCHEMA


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.superset",
        description="Write a folder that `superset import-directory` reads: database, datasets, "
        "charts and a dashboard.",
        epilog="PARLEY_PUBLISHED gives another default of --published.",
    )
    parser.add_argument(
        "--published", type=path_argument, help="default: parley_marts.duckdb beside the warehouse"
    )
    parser.add_argument("--uri", help="default: the published file, as Superset's machine has it")
    parser.add_argument(
        "--output",
        type=path_argument,
        metavar="DIR",
        help="default: superset_assets beside the warehouse",
    )
    options = parser.parse_args(arguments)
    published: Path = (options.published or published_path(warehouse_path())).absolute()
    output: Path = options.output or warehouse_path().parent / "superset_assets"
    try:
        if not options.uri and published.stem == SCHEMA:
            # Superset names tables marts.<mart>, which DuckDB then finds ambiguous.
            reason = (
                f"Superset cannot read a file called {published.name}; "
                "set PARLEY_PUBLISHED to another name."
            )
        else:
            found = assets(published, options.uri or f"duckdb:///{published}")
            for name, asset in found.items():
                file: Path = output / name
                file.parent.mkdir(parents=True, exist_ok=True)
                # JSON is YAML.
                file.write_text(json.dumps(asset, indent=2, ensure_ascii=False), encoding="utf-8")
            print(
                f"Wrote {len(found)} assets; `superset import-directory --overwrite {output}` reads them."
            )
            return 0
    except CommandError as error:
        reason = str(error)
    except (OSError, duckdb.Error) as error:
        reason = f"The assets could not be written: {str(error).splitlines()[0]}"
    print(f"superset: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
