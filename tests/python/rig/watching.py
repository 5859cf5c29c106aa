"""A reader in a process of its own that watches publications come."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched(script: str, path: Path) -> Iterator[None]:
    """Run a script on the path beside what is done here; it must end well, after several reads.

    It prints `ready` when it has read once, and at its end how often it has read.
    """
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    yield
    output, errors = reader.communicate(timeout=300)
    assert reader.returncode == 0, errors
    assert int(output.split()[0]) > 1
