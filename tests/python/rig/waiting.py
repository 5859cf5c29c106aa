"""Waiting for a state of another process, and what of it can be seen while it runs on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

LONGEST_SECONDS = 120


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds, as long as a busy machine may need for it."""
    until = time.monotonic() + LONGEST_SECONDS
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def open_files(process: int) -> list[str]:
    """What a process has open: paths, and sockets by their number.

    It opens and closes others meanwhile: what is gone when it is looked at is left out.
    """
    found = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return found
