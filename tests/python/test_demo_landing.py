"""The demo's landing root is written once, and is left alone where somebody has changed it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from demo import __main__ as command
from demo.landing import MANIFEST_NAME, Landing


class Vendor:
    """A vendor with one file."""

    ACCOUNTS: tuple[object, ...] = ()

    @staticmethod
    def write(landing: Landing, seed: int, progress: object) -> None:
        """Land one line that says the seed."""
        del progress
        landing.write("vendor/feed", "F.1.2.a.json", [str(seed).encode()])


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "VENDORS", {"vendor": Vendor})
    monkeypatch.setattr(command, "accounts_csv", lambda _: "account_id\n")
    return tmp_path / "demo"


def said(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says that ends well."""
    assert command.main(["--root", str(root), *arguments]) == 0
    return capsys.readouterr().out


def test_a_root_of_another_seed_is_written_anew(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(root, capsys, "--seed", "1")
    assert "up to date" in said(root, capsys, "--seed", "1")
    said(root, capsys, "--seed", "2")
    assert (root / "vendor/feed/F.1.2.a.json").read_text() == "2\n"


@pytest.mark.parametrize("change", ["added", "removed", "written"])
def test_what_somebody_changed_stays(
    root: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    said(root, capsys, "--seed", "1")
    landed, own = root / "vendor/feed/F.1.2.a.json", root / "vendor/feed/mine/F.1.3.b.json"
    if change == "added":
        own.parent.mkdir()
        own.write_text("mine\n")
    elif change == "removed":
        landed.unlink()
    else:
        # of the same length: the time tells, of which a quick test would make the same twice
        (root / "accounts.csv").write_text("account_iD\n")
        later = (root / MANIFEST_NAME).stat().st_mtime_ns + 1
        os.utime(root / "accounts.csv", ns=(later, later))
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for seed in ("1", "2"):
        assert "stays as it is" in said(root, capsys, "--seed", seed)
        assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    said(root, capsys, "--seed", "2", "--force")
    assert landed.read_text() == "2\n"
    assert not own.exists()
