"""The service as a process, as `make serve` starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import parley

SOURCE = str(Path(parley.__file__).parents[1])


@dataclass
class Server:
    """A running service."""

    process: subprocess.Popen[str]
    address: str
    log: Path


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without anybody's settings of Parley."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return kept | {"PYTHONPATH": SOURCE, "PYTHONUNBUFFERED": "1"} | settings


@contextmanager
def start_server(folder: Path, program: Path | None = None, **settings: str) -> Iterator[Server]:
    """Start it on a free port, and stop it in the end as a service manager would."""
    log = folder / "api.log"
    command = ["-m", "parley.api"] if program is None else [str(program), str(folder)]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=environment(
                PARLEY_WAREHOUSE=str(folder / "parley.duckdb"), PARLEY_API_PORT="0", **settings
            ),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("http://"), log.read_text()
            yield Server(process, line.split("/openapi.json")[0], log)
        finally:
            process.terminate()
            process.wait(timeout=120)
            assert process.stdout is not None
            process.stdout.close()
