"""A PostgreSQL server of the tests' own, in a folder of theirs, reached through a socket there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, or where Debian puts the newest version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    return versions[-1].parent if versions else None


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the server, which refuses root."""
    somebody = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **somebody
    )


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """A running server; the connection string of its superuser."""
    programs = find_programs()
    if programs is None:
        reason = "no PostgreSQL: initdb is neither on the path nor in /usr/lib/postgresql"
        if os.environ.get("PARLEY_REQUIRE_POSTGRES", "") not in ("", "0"):
            pytest.fail(f"PARLEY_REQUIRE_POSTGRES is set, and there is {reason}")
        pytest.skip(reason)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, control = folder / "data", str(programs / "pg_ctl")
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=30"
    init = [str(programs / "initdb"), "-D", str(data), "-U", "owner", "-A", "trust", "-E", "UTF8"]
    start = [control, "-D", str(data), "-l", str(folder / "log"), "-w", "-t", "300"]
    start += ["-o", options, "start"]
    for command in ([*init, "--no-locale", "--no-sync"], start):
        done = run(command, folder)
        assert done.returncode == 0, done.stdout + done.stderr
    try:
        yield f"host={folder} user=owner dbname=postgres"
    finally:
        run([control, "-D", str(data), "-m", "immediate", "-w", "stop"], folder)
