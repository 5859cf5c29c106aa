#!/usr/bin/env python3
"""Put the dbt package dbt_expectations in place: from the package hub, or the stand-in.

`dbt deps` is tried with a short time-out; package-lock.yml says which versions it installs, and
packages/sha256sums what they have to contain. Where the hub cannot be reached, the stand-in in
packages/dbt_expectations_standin is linked as dbt_packages/dbt_expectations, so that everything
runs offline. With PARLEY_OFFLINE=1 the hub is not tried. A package that is in place is kept if it
is what was reviewed.
"""

from __future__ import annotations

import argparse
import contextlib
import filecmp
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

HUB = "hub.getdbt.com"
NAME = "dbt_expectations"
SUMS = Path(__file__).resolve().parents[1] / "packages" / "sha256sums"
COPY_MARK = ".copy_of_standin"
UNREACHABLE = re.compile(r"connection exception|max retries|timed out|failed to resolve", re.I)


def is_package(folder: Path) -> bool:
    """Whether the folder (or what it links to) holds a dbt project called dbt_expectations."""
    project = folder / "dbt_project.yml"
    text = project.read_text(encoding="utf-8") if project.is_file() else ""
    return re.search(rf"^name:\s*['\"]?{NAME}['\"]?\s*$", text, re.MULTILINE) is not None


def is_current(installed: Path, standin: Path) -> bool:
    """Whether what is installed can stay: reviewed, and no outdated copy of the stand-in."""
    if not is_package(installed):
        return False
    if installed.is_symlink():
        return True
    if not (installed / COPY_MARK).is_file():
        return not unreviewed(installed.parent)
    ours, theirs = (
        {path.relative_to(root) for path in root.rglob("*") if path.is_file()} - {Path(COPY_MARK)}
        for root in (standin, installed)
    )
    return ours == theirs and all(
        filecmp.cmp(standin / path, installed / path, shallow=False) for path in ours
    )


def digest(folder: Path) -> str:
    """A digest of the names and contents of all files of a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix().encode()
        content = hashlib.sha256(path.read_bytes()).hexdigest().encode()
        found.update(name + b"\0" + content + b"\n")
    return found.hexdigest()


def unreviewed(packages: Path) -> list[str]:
    """The packages in a folder that have other contents than those that were reviewed."""
    lines = SUMS.read_text(encoding="utf-8").splitlines()
    reviewed = {name: wanted for wanted, name, _ in map(str.split, lines)}
    there = {path.name for path in packages.iterdir() if path.is_dir()}
    return sorted(
        name for name in there | reviewed.keys() if digest(packages / name) != reviewed.get(name)
    )


def remove(path: Path) -> None:
    """Remove a link, a folder or nothing; what a link points to stays."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def hub_answers(seconds: float) -> bool:
    """Whether the hub takes a connection; behind a proxy only dbt itself can find out."""
    if any(os.environ.get(key) for key in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY")):
        return True
    answers: list[bool] = []

    def connect() -> None:
        with contextlib.suppress(OSError):
            socket.create_connection((HUB, 443), timeout=seconds).close()
            answers.append(True)

    # A thread, because looking up a name has no time-out of its own.
    probe = threading.Thread(target=connect, daemon=True)
    probe.start()
    probe.join(seconds)
    return bool(answers)


def run_dbt_deps(project: Path, seconds: float) -> str | None:
    """Run `dbt deps`: None if it worked, else why the hub could not be reached."""
    beside = Path(sys.executable).with_name("dbt")
    dbt = str(beside) if beside.is_file() else shutil.which("dbt")
    if dbt is None:
        raise SystemExit("install_packages: dbt is not installed")
    quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_LOG_LEVEL_FILE": "none"}
    process = subprocess.Popen(
        [dbt, "--no-use-colors", "deps", "--project-dir", str(project)],
        env=os.environ | quiet,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"dbt deps timed out after {seconds:g} s"
    if process.returncode == 0:
        return None
    if UNREACHABLE.search(output):
        return "dbt deps could not reach the hub"
    raise SystemExit(f"install_packages: dbt deps failed:\n{output.rstrip()}")


def link(standin: Path, installed: Path) -> str:
    """Link the stand-in (a relative link), or copy it where links cannot be made."""
    remove(installed)
    installed.parent.mkdir(parents=True, exist_ok=True)
    try:
        target = os.path.relpath(standin, installed.parent.resolve())
        installed.symlink_to(target, target_is_directory=True)
    except OSError:
        shutil.copytree(standin, installed)
        (installed / COPY_MARK).write_text("", encoding="utf-8")
        return "copied"
    return "linked"


def main() -> int:
    """Install the package; 0 when it is in place."""
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project-dir", type=Path, default=root, help="folder of the dbt project")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for dbt deps (20)")
    parser.add_argument("--refresh", action="store_true", help="install even if one is in place")
    arguments = parser.parse_args()
    project: Path = arguments.project_dir.resolve()
    installed = project / "dbt_packages" / NAME
    standin = root / "packages" / f"{NAME}_standin"
    if not arguments.refresh and is_current(installed, standin):
        return 0

    reason: str | None = f"{HUB} does not answer"
    if os.environ.get("PARLEY_OFFLINE", "") not in ("", "0"):
        reason = "PARLEY_OFFLINE is set"
    elif hub_answers(min(3.0, arguments.timeout)):
        reason = run_dbt_deps(project, arguments.timeout)
    wrong = [] if reason else unreviewed(installed.parent)
    if wrong:
        for name in wrong:
            remove(installed.parent / name)
        raise SystemExit(
            f"install_packages: what the hub delivered as {', '.join(wrong)} is not what was "
            f"reviewed (packages/{SUMS.name}), and is removed; PARLEY_OFFLINE=1 uses the stand-in."
        )
    if reason is not None:
        how = link(standin, installed)
        print(f"install_packages: {reason}; {how} the stand-in package of {NAME}.")
    if not is_package(installed):
        raise SystemExit(f"install_packages: {installed} holds no package {NAME}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
