"""Files that are not read: named with a reason, tried again or asked about, and stopping nothing else."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import duckdb

from rig import EVERYTHING, Bench, Done, Site, json_lines, landed
from rig.demo import Demo
from rig.object_store import object_store
from rig.records import DELIVERED, File

CONFIGURATION = "liveperson/configuration"
AUDIT = (*EVERYTHING, "--select", "+path:models/marts/audit")


def lobs(*names: str) -> bytes:
    return json_lines([{"entity": "lob", "accountId": "A", "id": n, "name": n} for n in names])


def unread(site: Site) -> dict[str, tuple[str, int | None]]:
    rows = site.marts()["unread_files"].records()
    return {row["path"]: (row["reason"], row["bytes"]) for row in rows}


def audit(site: Site) -> dict[str, int]:
    rows = site.marts()["landing_audit"].records()
    return {row["file_name"]: row["lines_delivered"] for row in rows}


def names(site: Site) -> list[str]:
    with duckdb.connect(str(site.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select entity_id from staging.stg_liveperson__configuration order by 1"
        ).fetchall()
    return [name for (name,) in found]


def built(done: Done) -> str:
    assert done.code == 0, done.output[-4000:]
    return done.output


def refused(done: Done, *words: str) -> None:
    assert done.code not in (0, None), done.output[-3000:]
    assert "Traceback" not in done.output
    telling = [line for line in done.output.splitlines() if all(word in line for word in words)]
    assert telling, f"no line with {words} in: {done.output[-3000:]}"


def test_what_is_not_read_is_named_and_stops_nothing(bench: Bench, tmp_path: Path) -> None:
    """The life of a landing root in six builds.

    1. A file of two lines is read; one is cut off, one lies in no feed, one is a link out of the root,
       one has a name that is no UTF-8. Two lines are there, four paths are named.
    2. The archive is whole (one line), the first file has grown by a line: three lines are there, and
       the grown file is named with its new size.
    3. A full refresh with the archive gone is refused; so is one with the archive broken.
    4. Told that the files may be lost, the full refresh reads what is there: three lines of one file.
    5. Another root with no file of this one is refused, and one that has been moved is not.
    """
    site = bench.site(AUDIT)
    first = landed(CONFIGURATION, lobs("a", "b"), name="first")
    packed = gzip.compress(lobs("c"))
    archive = landed(CONFIGURATION, packed[:-3], name="packed", suffix=".gz")
    site.land([first, archive, File("liveperson/websessions/x.json", b"{}")])
    (tmp_path / "secret.json").write_bytes(lobs("stolen"))
    link = f"{CONFIGURATION}/Feed.1.{DELIVERED}.link.json"
    (site.landing / link).symlink_to(tmp_path / "secret.json")
    odd = os.fsencode(site.landing / CONFIGURATION) + f"/\xff.1.{DELIVERED}.x.json".encode(
        "latin-1"
    )
    Path(os.fsdecode(odd)).write_bytes(b"{}")

    said = built(site.run())
    expected = {
        archive.path: ("unreadable", len(packed) - 3),
        "liveperson/websessions/x.json": ("unknown_folder", 2),
        link: ("link_leads_out", None),
        f"{CONFIGURATION}/\\xff.1.{DELIVERED}.x.json": ("name_not_utf8", 2),
    }
    assert unread(site) == expected
    for path, (reason, _) in expected.items():
        assert f"Not read ({reason}): " in said
        assert path in said
    assert names(site) == ["a", "b"]
    assert audit(site) == {Path(first.path).name: 2}

    site.land([File(archive.path, packed), File(first.path, lobs("a", "b", "late"))])
    said = built(site.run())
    assert "Not read (changed_after_read): " in said
    assert "--full-refresh" in said
    expected.pop(archive.path)
    expected[first.path] = ("changed_after_read", len(lobs("a", "b", "late")))
    assert unread(site) == expected
    assert names(site) == ["a", "b", "c"]
    assert audit(site) == {Path(first.path).name: 2, Path(archive.path).name: 1}

    (site.landing / archive.path).unlink()
    everything = (*AUDIT, "--full-refresh")
    refused(site.run(*everything), archive.path, "full refresh", "PARLEY_ALLOW=lost_files")
    site.land([File(archive.path, packed[:-3])])
    refused(site.run(*everything), Path(archive.path).name, "PARLEY_ALLOW=lost_files")
    # a disk that was full when files were brought back leaves their names
    site.land([File(first.path, b"")])
    refused(site.run(*everything), first.path, "or empty", "PARLEY_ALLOW=lost_files")
    site.land([File(first.path, lobs("a", "b", "late"))])
    assert names(site) == ["a", "b", "c"]

    built(site.run(*everything, settings={"PARLEY_ALLOW": "lost_files"}))
    assert names(site) == ["a", "b", "late"]
    assert audit(site) == {Path(first.path).name: 3}
    assert unread(site)[archive.path] == ("unreadable", len(packed) - 3)
    assert first.path not in unread(site)

    other = site.folder / "other"
    (other / CONFIGURATION).mkdir(parents=True)
    elsewhere = {"PARLEY_LANDING_ROOT": str(other)}
    refused(site.run(settings=elsewhere), "/other", "none of its files", "PARLEY_ALLOW=other_root")
    (other / first.path).write_bytes(lobs("a", "b", "late"))
    (other / CONFIGURATION / f"Feed.1.{DELIVERED}.z.json").write_bytes(lobs("moved"))
    built(site.run(settings=elsewhere))
    assert names(site) == ["a", "b", "late", "moved"]


def test_a_line_that_is_too_long_is_quarantined_under_its_reason(bench: Bench) -> None:
    """Of at most 100 bytes: the second of three lines has 120 and something, so two names are there."""
    site = bench.site(AUDIT)
    site.land([landed(CONFIGURATION, lobs("a", "x" * 60, "b"))])
    built(site.run(settings={"PARLEY_LONGEST_LINE": "100"}))
    assert names(site) == ["a", "b"]
    (row,) = site.marts()["quarantined_records"].records()
    assert (row["line_number"], row["reason"]) == (2, "line_too_long")
    assert row["raw_line"] == lobs("x" * 60).decode().strip()
    refused(site.run(settings={"PARLEY_LONGEST_LINE": "64 MiB"}), "PARLEY_LONGEST_LINE", "64 MiB")


def test_an_object_that_comes_short_is_tried_again(bench: Bench) -> None:
    """Half of the first object comes, so none of its two lines is taken; then all of it is there."""
    site = bench.site(AUDIT)
    content, other = lobs("a", "b"), lobs("c")
    short = landed(CONFIGURATION, content, name="short").path
    objects = {f"in/{short}": content, f"in/{landed(CONFIGURATION, other, name='z').path}": other}
    broken = {f"in/{short}"}
    with object_store(objects, short=broken) as address:
        settings = {"PARLEY_LANDING_ROOT": address.format("in")}
        said = built(site.run(settings=settings))
        assert "Not read (unreadable): " in said
        assert short in said
        assert unread(site) == {short: ("unreadable", len(content))}
        assert names(site) == ["c"]
        broken.clear()
        built(site.run(settings=settings))
    assert unread(site) == {}
    assert names(site) == ["a", "b", "c"]


def test_the_demo_has_no_file_that_is_not_read(demo: Demo) -> None:
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        assert connection.execute("select * from marts.unread_files").fetchall() == []
