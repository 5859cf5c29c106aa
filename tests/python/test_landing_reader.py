"""The reader of landed files: names, physical lines, accounts.csv, and what it says of faults."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.accounts_csv import first_fault
from parley.landing import lines as reader
from parley.landing import objects
from parley.landing.accounts import COLUMNS, read_accounts
from parley.landing.files import (
    FEEDS,
    LandingError,
    LandingRoot,
    delivery_time,
    name_problem,
    parse_file_name,
)
from parley.landing.lines import read_lines
from parley.landing.plugin import Plugin
from rig.object_store import object_store
from rig.waiting import eventually

FEED = "liveperson/configuration"
DELIVERED = 1_767_225_600_000
NAME = f"Feed.5.{DELIVERED}.part.json"


@pytest.fixture
def root(tmp_path: Path) -> LandingRoot:
    (tmp_path / FEED).mkdir(parents=True)
    return LandingRoot(str(tmp_path))


def write(root: LandingRoot, content: bytes, name: str = NAME, feed: str = FEED) -> str:
    path = Path(root.location) / feed / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def lines(root: LandingRoot, *names: str) -> list[dict[str, Any]]:
    return [row for batch in read_lines(root, FEED, list(names), {}) for row in batch.to_pylist()]


def numbered(root: LandingRoot, content: bytes) -> list[tuple[int, str]]:
    return [(row["line_number"], row["line"]) for row in lines(root, write(root, content))]


# -- file names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("WebSession.1.946684800000.part-0.json", (1, 946_684_800_000)),
        ("WebSession.1767222000000.1767225600000.part-0.json.gz", (1767222000000, 1767225600000)),
        ("WebSession.1767222000000.1767225600000.part-00000-0.gz", (1767222000000, 1767225600000)),
        ("x.0.4102444799999.a.b.c.json", (0, 4_102_444_799_999)),
        ("é-_ x.1.1767225600000. .json", (1, 1767225600000)),
        ("A.007.01767225600000.z.json", (7, 1767225600000)),
        ("A.1.1767225600000.5.part.gz", (1, 1767225600000)),
        ("A.1.1767225600000.json.gz", (1, 1767225600000)),
        ("A.1.1767225600000.x.csv.gz", (1, 1767225600000)),
        ("A." + "9" * 30 + ".1767225600000.x.json", (None, 1767225600000)),
    ],
)
def test_a_name_on_the_pattern_says_when(name: str, times: tuple[int | None, int]) -> None:
    assert name_problem(name) is None
    assert parse_file_name(name) == times
    assert delivery_time(f"a/b=c/{name}") == times[1]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("notes.json", "name_off_pattern"),
        ("A.1.1767225600000.json", "name_off_pattern"),
        ("A.1767225600000.part.json", "name_off_pattern"),
        ("A.x.1767225600000.part.json", "name_off_pattern"),
        ("A.1.-1767225600000.part.json", "name_off_pattern"),
        ("A.1.١٧٦٧٢٢٥٦٠٠٠٠٠.part.json", "name_off_pattern"),
        ("1.1767225600000.part.json", "name_off_pattern"),
        ("export.2026.06.01.1767225600000.1767225600001.part-0.json", "unusable_delivery_time"),
        ("A.1.1767225600.part.json", "unusable_delivery_time"),
        ("A.1.946684799999.part.json", "unusable_delivery_time"),
        ("A.1.4102444800000.part.gz", "unusable_delivery_time"),
        ("A.1." + "9" * 5000 + ".part.json", "unusable_delivery_time"),
        ("A.1.1767225600000.part.csv", "unknown_ending"),
        ("A.1.1767225600000.part.jsonl", "unknown_ending"),
        ("A.1.1767225600000.part.json.bak", "unknown_ending"),
        ("A.1.1767225600000.part.json.gz.tmp", "unknown_ending"),
        ("A.1.1767225600000.part.JSON", "unknown_ending"),
        ("A.1.1767225600000.part.json.zst", "unknown_ending"),
        ("", "unknown_ending"),
    ],
)
def test_a_name_off_the_pattern_is_not_read_and_says_why(name: str, reason: str) -> None:
    assert name_problem(name) == reason
    assert parse_file_name(name) is None
    with pytest.raises(ValueError, match="naming pattern"):
        delivery_time(name)


def test_a_feed_lists_its_files_at_any_depth(root: LandingRoot) -> None:
    on_pattern = f"A.1.{DELIVERED}.x.json"
    for name in (f"b/c/{on_pattern}", f"{on_pattern}.gz", "b/notes.json", f"a b/é/{on_pattern}"):
        write(root, b"12", name)
    write(root, b"", on_pattern, feed="liveperson/web_sessions")
    (Path(root.location) / FEED / f"A.1.{DELIVERED}.folder.json").mkdir()
    found = [(file.file_name, file.delivered_ms, file.bytes) for file in root.list_feed(FEED)]
    assert found == [
        (f"{on_pattern}.gz", DELIVERED, 2),
        (f"a b/é/{on_pattern}", DELIVERED, 2),
        (f"b/c/{on_pattern}", DELIVERED, 2),
    ]
    assert {file.feed for file in root.list_feed(FEED)} == {FEED}


def unread(root: LandingRoot) -> list[tuple[str, str, int | None]]:
    return [(file.path, file.reason, file.bytes) for file in root.listing().unread]


def test_what_is_no_part_of_a_feed_is_named_unless_it_is_hidden(root: LandingRoot) -> None:
    base = Path(root.location)
    good = f"A.1.{DELIVERED}.x.json"
    write(root, b"1", f".{good}")
    write(root, b"1", f".trash/{good}")
    write(root, b"12", "notes.txt")
    write(root, b"123", good, feed="liveperson/websessions")
    write(root, b"1234", good, feed="")
    write(root, b"a", "accounts.csv", feed="")
    write(root, b"ab", "accounts.csv", feed="attentive")
    (base / "attentive" / "orders").write_bytes(b"file")
    Path(os.fsdecode(os.fsencode(base / FEED) + b"/A\xff.1.1767225600000.x.json")).write_bytes(
        b"{}"
    )
    os.mkfifo(base / FEED / good)
    assert root.listing().files == []
    assert unread(root) == [
        (good, "unknown_folder", 4),
        ("attentive/accounts.csv", "unknown_folder", 2),
        ("attentive/orders", "unknown_folder", 4),
        (f"{FEED}/{good}", "no_file", None),
        (f"{FEED}/A\\xff.1.1767225600000.x.json", "name_not_utf8", 2),
        (f"{FEED}/notes.txt", "unknown_ending", 2),
        (f"liveperson/websessions/{good}", "unknown_folder", 3),
    ]


def test_a_link_is_followed_to_what_lies_below_the_root_and_is_not_read_yet(
    root: LandingRoot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A sister folder is read anyway, the folder above is a loop, a hidden folder is followed.

    Out of the root lead a folder and a file, and one link leads nowhere.
    """
    outside = tmp_path_factory.mktemp("outside")
    good = f"A.1.{DELIVERED}.x.json"
    (outside / good).write_bytes(b"{}")
    base = Path(root.location)
    write(root, b"1", f"b/{good}")
    write(root, b"12", f"..data/{good}")
    for name, target in {
        "a": "b",
        "b/loop": "..",
        "kept": "..data",
        "out": outside,
        f"link.1.{DELIVERED}.x.json": outside / good,
        f"same.1.{DELIVERED}.x.json": f"b/{good}",
        "nothing": "nowhere",
    }.items():
        (base / FEED / name).symlink_to(target)
    assert [file.file_name for file in root.list_feed(FEED)] == [
        f"b/{good}",
        f"kept/{good}",
        f"same.1.{DELIVERED}.x.json",
    ]
    assert unread(root) == [
        (f"{FEED}/link.1.{DELIVERED}.x.json", "link_leads_out", None),
        (f"{FEED}/nothing", "unreadable", None),
        (f"{FEED}/out", "link_leads_out", None),
    ]
    with pytest.raises(PermissionError):
        root.open(FEED, f"out/{good}")


def test_a_feed_may_be_a_link_below_the_root(root: LandingRoot) -> None:
    base = Path(root.location)
    write(root, b"{}", NAME, feed="store/visits")
    (base / "liveperson" / "web_sessions").symlink_to("../store/visits")
    (base / "attentive").symlink_to("/")
    (base / "other").symlink_to("store")
    assert [(file.feed, file.file_name) for file in root.listing().files] == [
        ("liveperson/web_sessions", NAME)
    ]
    assert unread(root) == [("attentive", "link_leads_out", None)]


def test_an_accounts_file_outside_the_root_is_not_read(root: LandingRoot, tmp_path: Path) -> None:
    (tmp_path.parent / f"{tmp_path.name}.csv").write_text("account_id\nA\n")
    (tmp_path / "accounts.csv").symlink_to(tmp_path.parent / f"{tmp_path.name}.csv")
    with pytest.raises(LandingError, match="leads out of the landing root"):
        read_accounts(root)


@pytest.mark.parametrize(
    "secret", ["secret", "sec/ret", "sec ret", "sec@ret", "sec?ret", "+/secret=", "/secret/@/"]
)
def test_an_address_is_said_without_its_secrets(secret: str) -> None:
    with pytest.raises(LandingError) as told:
        LandingRoot(f"nosuch://key:{secret}@bucket/in")
    assert not re.search("sec|ret|key", str(told.value).replace("PARLEY_LANDING_ROOT", ""))
    assert "nosuch://" in str(told.value)


def test_a_feed_that_is_absent_has_no_files(root: LandingRoot) -> None:
    assert [root.list_feed(feed) for feed in FEEDS] == [[] for _ in FEEDS]


# -- physical lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\n\r\n \t \n", []),
        (b"a", [(1, "a")]),
        (b"a\nb", [(1, "a"), (2, "b")]),
        (b"a\nb\n", [(1, "a"), (2, "b")]),
        (b"a\r\nb\r\n", [(1, "a"), (2, "b")]),
        (b"\n\na\n\n\nb\n\n", [(3, "a"), (6, "b")]),
        (b"\r\n  a \t\r\n", [(2, "a")]),
        (b"a\rb\n", [(1, "a\rb")]),
        (b"a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8e\n", [(1, "a\x0bb\x0cc\x85d\u2028e")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [(1, "a"), (2, "b")]),
        (b"\xef\xbb\xbf\n\xef\xbb\xbf \r\na", [(3, "a")]),
        (b" \xef\xbb\xbf a", [(1, "a")]),
        (b"a\x00b\n", [(1, "a\x00b")]),
    ],
)
def test_lines_are_physical_trimmed_and_numbered(
    root: LandingRoot, content: bytes, expected: list[tuple[int, str]]
) -> None:
    assert numbered(root, content) == expected


@pytest.mark.parametrize(
    "bad", [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"]
)
def test_bytes_that_are_not_utf8_mark_their_line_only(root: LandingRoot, bad: bytes) -> None:
    rows = lines(root, write(root, b"a\n{" + bad + b"}\nb"))
    assert [row["is_utf8"] for row in rows] == [True, False, True]
    assert rows[1]["line"].startswith("{")
    assert "\ufffd" in rows[1]["line"]


@pytest.mark.parametrize("block_bytes", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_lines_longer_than_the_buffer_stay_whole(
    root: LandingRoot, monkeypatch: pytest.MonkeyPatch, block_bytes: int, suffix: str
) -> None:
    monkeypatch.setattr(reader, "BLOCK_BYTES", block_bytes)
    content = "\ufeffäöü\r\n\r\n\n€uro💶\n12345678".encode()
    name = write(root, gzip.compress(content) if suffix else content, NAME + suffix)
    rows = lines(root, name)
    assert [(row["line_number"], row["line"]) for row in rows] == [
        (1, "äöü"),
        (4, "€uro💶"),
        (5, "12345678"),
    ]
    assert all(row["is_utf8"] for row in rows)
    assert {(row["file_name"], row["delivered_ms"]) for row in rows} == {(name, DELIVERED)}


#: Mostly what a vendor sends, which is read without looking at each line; then what it may meet.
USUAL = (b'{"a":"0123456789"}', '{"é":"ü💶 and more"}'.encode(), b'{"b":' + b"[1,2]," * 9 + b"1}")
ODD = (b"", b" ", b"\r", b"{}", b"{short}", b'{"a":"\xff0123456789"}', b' {"a":"0123456789"} ')
ODDER = (
    b'\xef\xbb\xbf{"a":"0123456789"}',
    b'{"a":"0123456789"}\r',
    b"[0123456789012]",
    b"\x00" * 14,
)


def plainly(content: bytes) -> list[tuple[int, bool, str]]:
    """The contract's lines, in the plainest way."""
    found = []
    for number, raw in enumerate(content.split(b"\n"), start=1):
        text = raw.decode("utf-8", "replace").strip(" \t\r\n\v\f").removeprefix("\ufeff")
        if text.strip(" \t\r\n\v\f"):
            valid = raw == raw.decode("utf-8", "ignore").encode()
            found.append((number, valid, text.strip(" \t\r\n\v\f")))
    return found


@given(
    pieces=st.lists(st.sampled_from(USUAL * 6 + ODD + ODDER), max_size=30),
    ends=st.sampled_from((b"", b"\n", b"\n\n", b"\r\n")),
    block_bytes=st.sampled_from((1, 16, 40, 100, 10_000)),
)
@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_mixture_of_lines_is_read_the_plain_way(
    root: LandingRoot, pieces: list[bytes], ends: bytes, block_bytes: int
) -> None:
    content = b"\n".join(pieces) + ends
    name = write(root, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK_BYTES", block_bytes)
        rows = lines(root, name)
    found = [(row["line_number"], row["is_utf8"], row["line"]) for row in rows]
    assert found == plainly(content)


def test_a_line_of_many_megabytes_is_one_line(root: LandingRoot) -> None:
    usual = b'{"a":"0123456789"}'
    long = b'{"a":"' + b"x" * 20_000_000 + b'"}'
    rows = lines(root, write(root, b"\n".join((usual, long, usual, long, usual)) + b"\n"))
    assert [(row["line_number"], len(row["line"])) for row in rows] == [
        (number, len(long if number % 2 == 0 else usual)) for number in range(1, 6)
    ]


def test_files_are_read_one_after_the_other(root: LandingRoot) -> None:
    names = [
        write(root, text, f"A.1.{DELIVERED + n}.x.json")
        for n, text in enumerate((b"a\nb", b"", b"c"))
    ]
    rows = [(row["file_name"], row["line_number"], row["line"]) for row in lines(root, *names)]
    assert rows == [(names[0], 1, "a"), (names[0], 2, "b"), (names[2], 1, "c")]


def test_gzip_members_after_one_another_are_one_file(root: LandingRoot) -> None:
    content = gzip.compress(b"a\nb") + gzip.compress(b"c\n")
    name = write(root, content, NAME + ".gz")
    assert [row["line"] for row in lines(root, name)] == ["a", "bc"]


@pytest.mark.parametrize(
    "padding",
    # an id of its own and no time in the archive: each worker has to collect the same tests
    [b"\0" * 3_000_000, b"\0" + gzip.compress(b"d", mtime=0) + b"\0"],
    ids=["zeroes", "zeroes and an archive"],
)
def test_zeroes_after_an_archive_are_padding(root: LandingRoot, padding: bytes) -> None:
    name = write(root, gzip.compress(b"a\nb\n") + padding, NAME + ".gz")
    assert [row["line"] for row in lines(root, name)][:2] == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [
        b"plain",
        b"",
        b"\0" * 100,
        gzip.compress(b"a\n" * 9999)[:-12],
        gzip.compress(b"a\n" * 9999)[:-1],
        gzip.compress(b"a\n") + b"garbage",
        gzip.compress(b"a\n")[:-8] + b"\0" * 8,
    ],
    ids=["no gzip", "empty", "zeroes", "cut off", "end cut off", "garbage behind", "checksum"],
)
def test_a_file_that_cannot_be_read_to_its_end_is_noted_and_the_next_is_read(
    root: LandingRoot, content: bytes
) -> None:
    broken = write(root, content, NAME + ".gz")
    whole = write(root, b"whole", f"Z.1.{DELIVERED}.x.json")
    unreadable: dict[str, str] = {}
    read = read_lines(root, FEED, [broken, whole], unreadable)
    found = [row["line"] for batch in read for row in batch.to_pylist()]
    assert found[-1] == "whole"
    assert list(unreadable) == [broken]
    assert unreadable[broken]


def test_a_file_without_permission_or_gone_is_noted(root: LandingRoot) -> None:
    unreadable: dict[str, str] = {}
    assert list(read_lines(root, FEED, [NAME], unreadable)) == []
    assert list(unreadable) == [NAME]


@pytest.mark.parametrize(
    ("listed", "there"),
    [
        (b"one\ntwo\nthree\n", b"one\ntwo\n"),
        (b"one\n", b"one\ntwo\n"),
        (gzip.compress(b"one\ntwo\n" * 99), gzip.compress(b"one\n")),
        (gzip.compress(b"one\n"), gzip.compress(b"one\n") + gzip.compress(b"two\n")),
        (gzip.compress(b"one\n"), gzip.compress(b"one\n") + b"\0" * 9),
    ],
    ids=["shorter", "longer", "shorter archive", "two archives", "padded"],
)
def test_a_file_of_another_size_than_was_listed_is_noted(
    root: LandingRoot, listed: bytes, there: bytes
) -> None:
    """Each reads well by itself, so it is the listed size alone that tells. As it is listed it is read."""
    name = NAME + (".gz" if listed[:2] == b"\x1f\x8b" else "")
    write(root, listed, name)
    sizes = {file.file_name: file.bytes for file in root.list_feed(FEED)}
    assert sizes == {name: len(listed)}
    unreadable: dict[str, str] = {}
    assert list(read_lines(root, FEED, [name], unreadable, sizes=sizes)) != []
    assert unreadable == {}
    assert reader.is_whole(root, FEED, name, len(listed))
    write(root, there, name)
    for _ in read_lines(root, FEED, [name], unreadable, sizes=sizes):
        pass
    assert unreadable == {name: f"{len(listed)} bytes were listed and {len(there)} came"}
    assert not reader.is_whole(root, FEED, name, len(listed))


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_an_object_that_comes_short_is_noted(suffix: str) -> None:
    """The store says that there are 40 bytes (or the archive's), and 20 come: five lines of four bytes."""
    content = b"{ }\n" * 10
    content = gzip.compress(content) if suffix else content
    name, other = NAME + suffix, f"Z.1.{DELIVERED}.x.json"
    objects = {f"in/{FEED}/{name}": content, f"in/{FEED}/{other}": b"{ }\n"}
    with object_store(objects, short={f"in/{FEED}/{name}"}) as address:
        root = LandingRoot(address.format("in"))
        sizes = {file.file_name: file.bytes for file in root.list_feed(FEED)}
        unreadable: dict[str, str] = {}
        read = read_lines(root, FEED, [name, other], unreadable, sizes=sizes)
        rows = [row for batch in read for row in batch.to_pylist()]
    assert sizes == {name: len(content), other: 4}
    assert list(unreadable) == [name]
    assert [row["line_number"] for row in rows if row["file_name"] == other] == [1]


@pytest.mark.parametrize("content", [b"", b"\xff", b"\xfe", b"a\xff\xfeb\xff", b"abcd\xff\xff"])
def test_an_object_comes_whole_whatever_it_ends_in(content: bytes) -> None:
    """The bytes 0xFF and 0xFE mark where nothing came; an object may have them itself."""
    with object_store({"in/a.json": content}) as address:
        root = LandingRoot(address.format("in"))
        assert root.get("a.json") == content
        with root.open(".", "a.json") as stream:
            assert b"".join(iter(lambda: stream.read(2), b"")) == content
    with object_store({"in/a.json": content + b"\xff"}, short={"in/a.json"}) as address:
        root = LandingRoot(address.format("in"))
        with pytest.raises(OSError, match="fewer bytes came"):
            root.get("a.json")


def test_settings_that_come_short_stop_the_build() -> None:
    """Half of the accounts would have lost theirs."""
    objects = {"in/accounts.csv": b"account_id\nA\nB\n"}
    with object_store(objects, short=set(objects)) as address:
        root = LandingRoot(address.format("in"))
        with pytest.raises(LandingError, match=r"accounts\.csv cannot be read .*Build again"):
            read_accounts(root)


def test_an_object_that_fails_is_asked_for_a_few_times() -> None:
    """Three times, and not Arrow's thirty: a build asks for it again anyway."""
    key = f"in/{FEED}/{NAME}"
    asked = {key: 0}
    with object_store({key: b"{ }\n"}, failing=asked) as address:
        root = LandingRoot(address.format("in"))
        unreadable: dict[str, str] = {}
        assert list(read_lines(root, FEED, [NAME], unreadable)) == []
    assert "HTTP status 500" in unreadable[NAME]
    assert asked == {key: 3}


def test_what_is_waited_for_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with objects.waiting("quick.json"):
        pass
    monkeypatch.setattr(objects, "PATIENCE", 0)
    said: list[str] = []

    def is_told() -> bool:
        said.append(capsys.readouterr().err)
        return said[-1].endswith("\n")

    with objects.waiting("slow.json"):
        eventually(is_told, "it is told")
    assert "".join(said) == "Waiting for slow.json\n"


def test_a_store_keeps_what_its_address_says() -> None:
    """The keys of the machine's own settings are looked up anew by the store, so they are not copied."""
    address = "s3://{}landing/in?endpoint_override=127.0.0.1:1&scheme=http&region=eu-west-1"
    for keys, access, secret in (("me:a%2Fb@", "me", "a/b"), ("", None, None)):
        store, path = objects.bounded(address.format(keys))
        _, (options,) = store.__reduce__()
        assert path == "landing/in"
        assert (options["access_key"], options["secret_key"]) == (access, secret)
        assert (options["region"], options["scheme"]) == ("eu-west-1", "http")
        assert options["endpoint_override"] == "127.0.0.1:1"
        assert options["request_timeout"] == objects.SILENCE
    # what a store does not say again stays, and so do the tries and times of Arrow
    for option, is_bounded in (
        ("tls_ca_dir_path=/x", False),
        ("smart%5Fdefaults=legacy", False),
        ("", True),
    ):
        address = f"s3://landing/tls_ca_dir_path/smart_defaults?region=eu-west-1&{option}"
        store, _ = objects.bounded(address)
        _, (options,) = store.__reduce__()
        assert (options["request_timeout"] == objects.SILENCE) == is_bounded


# -- lines that are too long ----------------------------------------------------------------------


def judged(root: LandingRoot, name: str, longest: int) -> list[tuple[int, bool | None, str]]:
    read = read_lines(root, FEED, [name], {}, longest)
    rows = [row for batch in read for row in batch.to_pylist()]
    return [(row["line_number"], row["is_utf8"], row["line"]) for row in rows]


@pytest.mark.parametrize("block_bytes", [1, 3, 8, 1000])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_line_that_is_too_long_is_read_past(
    root: LandingRoot, monkeypatch: pytest.MonkeyPatch, block_bytes: int, suffix: str
) -> None:
    """Ten bytes are no more than ten, eleven are, and so are ten and a carriage return.

    A long blank line is blank. White space and a byte-order mark before the text are not kept, nor is
    white space behind it.
    """
    monkeypatch.setattr(reader, "BLOCK_BYTES", block_bytes)
    content = (
        b"0123456789\nabcdefghijk\n\n0123456789\r\n"
        + b" " * 30
        + b"\nx\n"
        + b"\xef\xbb\xbf    too long \xff   \n"
        + b" " * 9
        + b"\n{}\nand the last without end"
    )
    name = write(root, gzip.compress(content) if suffix else content, NAME + suffix)
    assert judged(root, name, 10) == [
        (1, True, "0123456789"),
        (2, None, "abcdefghijk"),
        (4, None, "0123456789"),
        (6, True, "x"),
        (7, None, "too long \ufffd"),
        (9, True, "{}"),
        (10, None, "and the last without end"),
    ]


def test_the_first_hundred_thousand_characters_are_kept(root: LandingRoot) -> None:
    whole = "€" * 250_000
    name = write(root, f"  {whole}\n{'x' * 150_000}  y\n{'z' * 90_000}{' ' * 900_000}\n".encode())
    found = judged(root, name, 120_000)
    assert [(number, len(text)) for number, _, text in found] == [
        (1, 100_000),
        (2, 100_000),
        (3, 90_000),
    ]
    assert [valid for _, valid, _ in found] == [None] * 3


@given(
    pieces=st.lists(st.sampled_from((b"ab", b" ", b"\n", b"0123456789", b"\xc3\xbc")), max_size=40),
    longest=st.integers(1, 12),
    block_bytes=st.sampled_from((1, 2, 5, 1000)),
)
@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_longest_line_changes_nothing_about_the_others(
    root: LandingRoot, pieces: list[bytes], longest: int, block_bytes: int
) -> None:
    content = b"".join(pieces)
    name = write(root, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK_BYTES", block_bytes)
        found = judged(root, name, longest)
    sizes = [len(raw) for raw in content.split(b"\n")]
    assert found == [
        (number, None if sizes[number - 1] > longest else valid, text)
        for number, valid, text in plainly(content)
    ]


# -- the landing root -----------------------------------------------------------------------------


def test_a_root_nobody_can_reach_is_told() -> None:
    with pytest.raises(LandingError, match=r"nosuch://x.*PARLEY_LANDING_ROOT"):
        LandingRoot("nosuch://x/y")


def test_keys_of_an_object_store_are_read_or_noted() -> None:
    """A key may hold what no path does: two slashes in a row are noted, all else is read."""
    good = [NAME, f"a/{NAME}", NAME.replace("part", "a b+c%3A&=?#é")]
    bad = [f"/{NAME}", f"x//y///{NAME}"]
    objects = {f"in/{FEED}/{name}": b'{"a": 1}\n' for name in good + bad}
    objects |= {
        "in/accounts.csv": b"account_id\nA\n",
        f"in/{FEED}/": b"",
        f"in//{FEED}/{NAME}": b"",
        f"inner/{FEED}/{NAME}": b"",
    }
    with object_store(objects) as address:
        root = LandingRoot(address.format("in"))
        root.check()
        listing = root.listing()
        names = [file.file_name for file in listing.files]
        unreadable: dict[str, str] = {}
        read = [
            row["file_name"]
            for batch in read_lines(root, FEED, names, unreadable)
            for row in batch.to_pylist()
        ]
        settings_found = read_accounts(root).to_pylist()
    assert sorted(names) == sorted(good + bad)
    assert sorted(read) == sorted(good)
    assert sorted(unreadable) == sorted(bad)
    assert [(file.path, file.reason) for file in listing.unread] == [
        (f"/{FEED}/{NAME}", "unknown_folder")
    ]
    assert [row["account_id"] for row in settings_found] == ["A"]
    assert "secret" not in root.location + root.identity


# -- accounts.csv ---------------------------------------------------------------------------------


def accounts(root: LandingRoot, content: bytes) -> list[dict[str, Any]]:
    (Path(root.location) / "accounts.csv").write_bytes(content)
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in read_accounts(root).to_pylist()
    ]


@pytest.mark.parametrize("kind", ["folder", "pipe", "broken link"])
def test_an_accounts_file_that_is_no_file_is_told(root: LandingRoot, kind: str) -> None:
    path = Path(root.location) / "accounts.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere.csv")
    assert "accounts.csv is no file" in str(problem_of(root))


def test_no_accounts_file_is_no_account(root: LandingRoot) -> None:
    table = read_accounts(root)
    assert table.num_rows == 0
    assert table.column_names == ["row_number", *COLUMNS, "header"]


@pytest.mark.parametrize(
    "content",
    [
        b"account_id,timezone\nA,UTC\nB,\n",
        b"\xef\xbb\xbfaccount_id,timezone\r\nA,UTC\r\nB,\r\n",
        b" account_id , timezone \nA , UTC \n B,  \n",
        b"timezone,account_id,x_color\nUTC,A,red\n,B,\n",
        b'account_id,timezone\n"A","UTC"\n"B"\n',
        b"account_id,timezone,,\nA,UTC,,,\n,,\n\nB",
    ],
)
def test_accounts_are_read_however_they_are_written(root: LandingRoot, content: bytes) -> None:
    header = {"header": ",account_id,timezone,"}
    assert accounts(root, content) == [
        {"row_number": 1, "account_id": "A", "timezone": "UTC"} | header,
        {"row_number": 2, "account_id": "B"} | header,
    ]


def test_quoted_values_keep_commas_quotes_and_line_breaks(root: LandingRoot) -> None:
    (row,) = accounts(root, b'account_id,account_name\nA,"Shoes, ""big""\nand small"\n')
    assert row["account_name"] == 'Shoes, "big"\nand small'


def test_a_value_may_be_of_any_length(root: LandingRoot) -> None:
    (row,) = accounts(root, b"account_id,account_name\nA," + b"x" * 300_000)
    assert len(row["account_name"]) == 300_000


def test_a_file_without_rows_has_no_accounts(root: LandingRoot) -> None:
    assert accounts(root, b"") == accounts(root, b"\n\n") == accounts(root, b"account_id\n") == []


#: Every column, its bounds included, and what the landing contract lets a user write.
@pytest.mark.parametrize(
    ("column", "values"),
    {
        "system": ("liveperson", "attentive", "one_to_one"),
        "timezone": ("UTC", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+3"),
        "transcript_sharing": ("true", "FALSE", "1", "0", "Yes", "no"),
        "touch_rule": ("first", "last"),
        "agent_credit": ("first", "last"),
        "control_group_share": ("0", "1", "0.1", ".5", "1e-1"),
        "site_control_group_share": ("0", "1", "0.05"),
        "cross_session_window_days": ("0", "31", "36500", "0.5"),
        "concierge_idle_hours": ("0", "36500"),
        "concierge_attribution_days": ("0", "36500"),
        "one_to_one_attribution_days": ("0", "36500"),
        "transcript_retention_days": ("0", "36500"),
    }.items(),
)
def test_a_setting_is_what_is_written(
    root: LandingRoot, column: str, values: tuple[str, ...]
) -> None:
    lines = [f"a{number},{value}" for number, value in enumerate(values)]
    rows = accounts(root, "\n".join((f"account_id,{column}", *lines)).encode())
    assert [row[column] for row in rows] == list(values)


@pytest.mark.parametrize(
    ("column", "value", "right"),
    [
        ("system", "salesforce", "liveperson, attentive or one_to_one"),
        ("timezone", "Mars/Olympus", "IANA name"),
        ("timezone", "europe/london", "Europe/London"),
        ("timezone", "PST", "IANA name"),
        ("transcript_sharing", "perhaps", "true, false, 1, 0, yes or no"),
        ("touch_rule", "middle", "first or last"),
        ("agent_credit", "both", "first or last"),
        ("control_group_share", "10", "0.1 is 10 per cent"),
        ("control_group_share", "10%", "0.1 is 10 per cent"),
        ("control_group_share", "-0.1", "between 0 and 1"),
        ("control_group_share", '"0,1"', "point for decimals"),
        ("control_group_share", "nan", "between 0 and 1"),
        ("site_control_group_share", "1.01", "between 0 and 1"),
        ("cross_session_window_days", "-5", "between 0 and 36,500"),
        ("cross_session_window_days", "36501", "between 0 and 36,500"),
        ("cross_session_window_days", "31 days", "between 0 and 36,500"),
        ("concierge_idle_hours", "inf", "between 0 and 36,500"),
        ("concierge_attribution_days", "1_0", "between 0 and 36,500"),
        ("one_to_one_attribution_days", "٣", "between 0 and 36,500"),
        ("transcript_retention_days", "1e9999", "between 0 and 36,500"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(
    root: LandingRoot, column: str, value: str, right: str
) -> None:
    content = f"account_id,{column}\nA,\nshop-7,{value}\n".encode()
    with pytest.raises(LandingError) as told:
        accounts(root, content)
    words = (f"{root.location}/accounts.csv", "line 3", "shop-7", column, value.strip('"'), right)
    assert [word for word in words if word not in str(told.value)] == []
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"account_id,account_name\nA,Caf\xe9\n", "accounts.csv is not UTF-8.*Save it as UTF-8"),
        (b"A,Shoes\n", "accounts.csv has no column account_id.*header"),
        (b"account_id;timezone\nA;UTC\n", "line 1: .*not separated by commas"),
        (b"account_id,time_zone\nA,UTC\n", "line 1: .*time_zone is unknown: write timezone"),
        (b"account_id,TimeZone\nA,UTC\n", "line 1: .*TimeZone is unknown: write timezone"),
        (b"Account_Id,timezone\nA,UTC\n", "line 1: .*Account_Id is unknown: write account_id"),
        (b"account_id,color\nA,red\n", "line 1: .*color is unknown: .*x_"),
        (b"account_id,X_color\nA,red\n", "line 1: .*X_color is unknown: .*x_"),
        (b"account_id,timezone,timezone\nA,UTC,\n", "line 1: .*timezone is there twice"),
        (b"account_id\nA\nB\nA\n", "line 4, account A: .*in line 2"),
        (b"account_id,system\nA,liveperson\nA,one_to_one\n", "line 3, account A: .*in line 2"),
        (b"account_id,timezone\n,UTC\n", "line 2: settings without an account_id"),
        (b"account_id,timezone\nnull,UTC\n", "line 2: null is what vendors write"),
        (b"account_id,account_name\nA,Shoes, big\n", "line 2, account A: the value big.*quotation"),
        (b'account_id,account_name\n\nA,"Shoes\nB,Hats\n', "line 3, account A: .*never closed"),
        (
            b'account_id,account_name\nA,"Shoes\nB,"Hats"\n',
            "line 2, account A: .*closing quotation",
        ),
        (b'account_id\n"' + b"x" * 300_000, "line 2: .*never closed"),
        (b"account_id,touch_rule\n\x1b[31mA,x\n", r"account \\x1b\[31mA: touch_rule x"),
    ],
)
def test_an_accounts_file_that_cannot_be_used_is_told(
    root: LandingRoot, content: bytes, words: str
) -> None:
    with pytest.raises(LandingError, match=words) as told:
        accounts(root, content)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 700


# -- accounts.csv against an independent reading of its rules -------------------------------------

CELLS = st.sampled_from(
    [
        *(
            "",
            "",
            "",
            "A",
            "B",
            "C",
            "1001",
            "NA",
            "null",
            "-1",
            "Café",
            "é\u00a0",
            "a,b",
            'say "hi"',
        ),
        *("UTC", "Europe/Berlin", "europe/berlin", "Mars/Olympus", "last", "FIRST", "middle"),
        *("true", "No", "2", "maybe", "liveperson", "Attentive", "shop", " 48 ", "two\nlines"),
        *(
            "0",
            "1",
            "0.1",
            "1.0000001",
            "10%",
            "-0.5",
            "36500",
            "36500.5",
            "1e2",
            "1e999",
            "nan",
            "inf",
        ),
        *(".5", "5.", "0x1", "1,5", "٣", "12 3", "+7", "1_0"),
    ]
)
HEADERS = st.sampled_from(
    [*COLUMNS, *COLUMNS, "x_owner", "", "time_zone", "Timezone", "touchrule", "account_id", "notes"]
)


@st.composite
def accounts_texts(draw: st.DrawFn) -> str:
    """A file that is nearly right: most cells fit their columns, some do not, quoted or not."""
    names = [name for name in draw(st.lists(HEADERS, max_size=4)) if name != "account_id"]
    good = draw(st.integers(0, 9)) > 0
    header = [*dict.fromkeys(names)] if good else names
    header.insert(draw(st.integers(0, len(header))), "account_id" if good else draw(HEADERS))
    rows = [header]
    for number in range(draw(st.integers(0, 4))):
        width = draw(
            st.sampled_from([len(header)] * 4 + [len(header) + 1, max(1, len(header) - 1)])
        )
        row = [draw(CELLS) if draw(st.integers(0, 2)) == 0 else "" for _ in range(width)]
        for place, name in enumerate(header[:width]):
            if name == "account_id" and draw(st.integers(0, 9)) > 0:
                row[place] = f"shop-{number}"
        rows.append(row)
    lines = []
    for row in rows:
        marked = [
            f'"{c}"'.replace(c, c.replace('"', '""')) if c and draw(st.booleans()) else c
            for c in row
        ]
        lines.append(draw(st.sampled_from(["", "", " "])).join(["", ",".join(marked)]))
        lines += [""] * (draw(st.integers(0, 9)) == 0)
    if draw(st.integers(0, 19)) == 0:
        lines.append('shop-9,"open')
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(lines) + draw(st.sampled_from(["", end]))


def problem_of(root: LandingRoot) -> str | None:
    try:
        read_accounts(root)
    except LandingError as error:
        return str(error)
    return None


@given(text=accounts_texts())
@settings(
    max_examples=400,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_an_accounts_file_is_accepted_or_its_first_fault_told(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("accounts")
    (folder / "accounts.csv").write_bytes(text.encode())
    expected, told = first_fault(text), problem_of(LandingRoot(str(folder)))
    assert (told is None) == (expected is None), told
    if told and "account_id in its first line" not in told:
        found = re.search(r"accounts\.csv, line (\d+)", told)
        assert found is not None
        assert int(found[1]) == expected, told


def test_settings_are_those_that_were_checked(root: LandingRoot) -> None:
    """A file that is taken away, emptied or broken while a build runs is the next build's business."""
    path = Path(root.location) / "accounts.csv"
    path.write_text("account_id,provider_account_id\n1001,9009\n")
    plugin = Plugin("landing", {"landing_root": root.location})
    with duckdb.connect() as connection:
        plugin.configure_connection(connection)
        plugin.configure_cursor(connection)
        assert connection.sql("select parley_landing_problem()").fetchall() == [(None,)]
        for change in (lambda: path.write_text("account_id\n"), path.unlink):
            change()
            found = connection.sql(
                "select account_id, provider_account_id from parley_landing_accounts"
            )
            assert found.fetchall() == [("1001", "9009")]
