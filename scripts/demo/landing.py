"""Writing landing files: names, lines, deterministic gzip, and the marker of a finished run."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MANIFEST_NAME = (
    ".demo_manifest.json"  # hidden, so no build names it among the files it does not read
)
FORMER_NAME = "_demo_manifest.json"

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class ForeignLandingError(RuntimeError):
    """The folder holds landing files that this generator did not write."""


def to_line(record: object) -> bytes:
    """One record as one compact line of JSON, without the line end."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def file_name(tag: str, from_ms: int, to_ms: int, rest: str, *, gz: bool) -> str:
    """`<Feed>.<from_ms>.<to_ms>.<anything>.json[.gz]`; `to_ms` is the delivery time."""
    return f"{tag}.{from_ms}.{to_ms}.{rest}.json" + (".gz" if gz else "")


def write_lines(path: Path, lines: Iterable[bytes], *, level: int = 6, end: bytes = b"\n") -> int:
    """Write lines, gzipped where the name ends in .gz; return the size on disk."""
    data = b"".join(line + end for line in lines)
    if path.name.endswith(".gz"):
        data = gzip.compress(data, level, mtime=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return len(data)


def source_digest() -> str:
    """A fingerprint of the generator itself: any change of its code makes the data stale."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass
class Landing:
    """One landing root: counts what it writes and never overwrites files of another origin."""

    root: Path
    files: int = 0
    size: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def manifest_path(self) -> Path:
        """Lies at the root, outside every feed."""
        return self.root / MANIFEST_NAME

    def is_current(self, seed: int) -> bool:
        """Whether the root already holds exactly what this run would write."""
        manifest = self._manifest()
        wanted = {"state": "complete", "generator": source_digest(), "seed": seed}
        return (
            all(manifest.get(key) == value for key, value in wanted.items())
            and not self.is_changed()
        )

    def is_changed(self) -> bool:
        """Whether somebody has added, removed or written files since a run completed the root."""
        manifest = self._manifest()
        if manifest.get("state") != "complete":
            return False
        written = self.manifest_path.stat().st_mtime_ns
        found = [path.stat() for path in self.root.rglob("*") if path.is_file()]
        sizes = [file.st_size for file in found]
        sizes.remove(self.manifest_path.stat().st_size)
        return (
            any(file.st_mtime_ns > written for file in found)
            or len(sizes) != manifest.get("files")
            or sum(sizes) != manifest.get("bytes")
        )

    def _manifest(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.manifest_path.read_text())
        except (OSError, ValueError):
            return {}
        return found

    def start(self, seed: int, vendors: Iterable[str]) -> None:
        """Claim the root: remove an earlier run's output, refuse a root that is not ours."""
        former = self.root / FORMER_NAME
        if former.is_file():
            former.rename(self.manifest_path)
        owned = [self.root / "accounts.csv", *(self.root / vendor for vendor in vendors)]
        if not self.manifest_path.is_file() and any(path.exists() for path in owned):
            raise ForeignLandingError(
                f"{self.root} holds landing files but no {MANIFEST_NAME}: "
                "choose another --root, or move those files away"
            )
        for path in owned:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        self._save({"state": "writing", "generator": source_digest(), "seed": seed})

    def finish(self, seed: int) -> None:
        """Mark the root complete."""
        manifest = {"state": "complete", "generator": source_digest(), "seed": seed}
        totals = {"files": self.files, "bytes": self.size}
        self._save({**manifest, **totals, "lines": self.lines, "counts": self.counts})

    def write(self, feed: str, name: str, lines: list[bytes], *, end: bytes = b"\n") -> None:
        """Write one file of a feed; a name is never used twice."""
        path = self.root / feed / name
        if path.exists():
            raise FileExistsError(f"file names are used once: {path}")
        self.size += write_lines(path, lines, end=end)
        self.files += 1
        self.lines[feed] = self.lines.get(feed, 0) + len(lines)

    def write_text(self, name: str, text: str) -> None:
        """Write a file that is no feed, at the root."""
        path = self.root / name
        path.write_text(text, encoding="utf-8", newline="\n")
        self.files += 1
        self.size += path.stat().st_size

    def count(self, what: str, number: int) -> None:
        """Add to a figure that the run reports at its end."""
        self.counts[what] = self.counts.get(what, 0) + number

    def _save(self, manifest: dict[str, Any]) -> None:
        self.manifest_path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
