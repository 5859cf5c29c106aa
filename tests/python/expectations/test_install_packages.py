"""scripts/install_packages.py puts the stand-in in place when the hub is not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import harness
import pytest

SCRIPT = harness.ROOT / "scripts" / "install_packages.py"


def install(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script for a project."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--project-dir", str(project), *arguments],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project that asks for the real package."""
    (tmp_path / "dbt_project.yml").write_text("name: tiny\nversion: '1.0'\nprofile: tiny\n")
    (tmp_path / "packages.yml").write_text((harness.ROOT / "packages.yml").read_text())
    return tmp_path


def test_offline_links_the_standin_once(project: Path) -> None:
    """One line is said, the link is relative, and a second run does nothing."""
    first = install(project, PARLEY_OFFLINE="1")
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("\n") == 1
    assert "PARLEY_OFFLINE" in first.stdout
    installed = project / "dbt_packages" / "dbt_expectations"
    assert installed.resolve() == harness.STANDIN
    assert not installed.readlink().is_absolute()
    second = install(project, PARLEY_OFFLINE="1")
    assert (second.returncode, second.stdout) == (0, "")


def test_refresh_replaces_and_leaves_the_standin_whole(project: Path) -> None:
    """--refresh replaces the link and a broken folder, and never deletes through the link."""
    install(project, PARLEY_OFFLINE="1")
    before = sorted(harness.STANDIN.rglob("*"))
    again = install(project, "--refresh", PARLEY_OFFLINE="1")
    assert "linked" in again.stdout
    assert sorted(harness.STANDIN.rglob("*")) == before
    installed = project / "dbt_packages" / "dbt_expectations"
    installed.unlink()
    installed.mkdir()
    assert "linked" in install(project, PARLEY_OFFLINE="1").stdout


def test_valid_package_is_kept(project: Path) -> None:
    """A real package that is in place is not touched."""
    installed = project / "dbt_packages" / "dbt_expectations"
    installed.mkdir(parents=True)
    (installed / "dbt_project.yml").write_text("name: 'dbt_expectations'\n")
    assert install(project, PARLEY_OFFLINE="1").stdout == ""
    assert not installed.is_symlink()


def test_unreachable_hub_fails_fast(project: Path) -> None:
    """An attempt that cannot get through ends within its time-out, with the link in place."""
    began = time.monotonic()
    done = install(project, "--timeout", "4", PARLEY_OFFLINE="", HTTPS_PROXY="http://127.0.0.1:9")
    assert time.monotonic() - began < 12
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert (project / "dbt_packages" / "dbt_expectations" / "dbt_project.yml").is_file()
