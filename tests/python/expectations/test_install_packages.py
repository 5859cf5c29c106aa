"""scripts/install_packages.py puts the stand-in in place when the hub is not to be had."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import harness
import pytest
import yaml
from dbt.contracts.project import RegistryPackage
from dbt.task.deps import _create_sha1_hash

SCRIPT = harness.ROOT / "scripts" / "install_packages.py"


def install(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script for a project."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--project-dir", str(project), *arguments],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=300,
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


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, project: Path, tmp_path: Path) -> ModuleType:
    """The script as a module, for a project, with a list of what was reviewed of its own."""
    spec = importlib.util.spec_from_file_location("install_packages", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SUMS", tmp_path / "sha256sums")
    monkeypatch.setattr(module, "hub_answers", lambda _: True)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--project-dir", str(project)])
    monkeypatch.delenv("PARLEY_OFFLINE", raising=False)
    return module


def deliver(project: Path, text: str = "{% macro m() %}1{% endmacro %}") -> None:
    """What the hub delivers: the package and one that it needs."""
    for name in ("dbt_expectations", "dbt_date"):
        folder = project / "dbt_packages" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dbt_project.yml").write_text(f"name: '{name}'\n")
        (folder / "macro.sql").write_text(text)


def review(script: ModuleType, project: Path) -> None:
    """Note the delivered packages as reviewed."""
    names = ("dbt_expectations", "dbt_date")
    digests = {name: script.digest(project / "dbt_packages" / name) for name in names}
    script.SUMS.write_text("".join(f"{found}  {name}  1.0\n" for name, found in digests.items()))


def test_what_the_hub_delivers_has_to_be_what_was_reviewed(
    script: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery with one other byte is removed, and so is one with a package more."""
    deliver(project)
    review(script, project)
    assert script.main() == 0  # it is in place, and kept

    def run_dbt_deps(project: Path, _: float) -> None:
        shutil.rmtree(project / "dbt_packages")
        deliver(project, "{% macro m() %}2{% endmacro %}")

    (project / "dbt_packages" / "dbt_date" / "more.sql").write_text("")
    monkeypatch.setattr(script, "run_dbt_deps", run_dbt_deps)
    with pytest.raises(SystemExit, match="dbt_date, dbt_expectations is not what was reviewed"):
        script.main()
    assert list((project / "dbt_packages").iterdir()) == []
    monkeypatch.setattr(script, "run_dbt_deps", lambda project, _: deliver(project))
    assert script.main() == 0
    (project / "dbt_packages" / "stranger").mkdir()
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--refresh"])
    with pytest.raises(SystemExit, match="stranger is not what was reviewed"):
        script.main()


def test_a_package_that_was_not_reviewed_is_not_kept(project: Path) -> None:
    """Something that calls itself the package is replaced."""
    deliver(project)
    assert "linked" in install(project, PARLEY_OFFLINE="1").stdout
    assert (project / "dbt_packages" / "dbt_expectations").is_symlink()


def test_the_lock_is_of_the_packages_asked_for_and_names_what_was_reviewed() -> None:
    """Otherwise dbt would write another lock, and install what that says."""
    lock = yaml.safe_load((harness.ROOT / "package-lock.yml").read_text())
    asked = yaml.safe_load((harness.ROOT / "packages.yml").read_text())["packages"]
    assert lock["sha1_hash"] == _create_sha1_hash([RegistryPackage(**one) for one in asked])
    lines = (harness.ROOT / "packages" / "sha256sums").read_text().splitlines()
    reviewed = {name: version for _, name, version in map(str.split, lines)}
    assert {one["name"]: one["version"] for one in lock["packages"]} == reviewed


def test_a_hub_that_says_nothing_is_waited_for_no_longer_than_told(project: Path) -> None:
    """An attempt that cannot get through is ended, with the link in place."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        done = install(project, "--timeout", "3", PARLEY_OFFLINE="", HTTPS_PROXY=proxy)
    assert done.returncode == 0, done.stderr
    assert "timed out after 3 s" in done.stdout
    assert done.stdout.count("\n") == 1
    assert (project / "dbt_packages" / "dbt_expectations" / "dbt_project.yml").is_file()
