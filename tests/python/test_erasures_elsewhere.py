"""A person is forgotten in an object store, and what stands beside the warehouse is looked at."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import duckdb
import pytest

from parley.files import CommandError
from parley.landing.files import LandingError, LandingRoot
from parley.landing.pseudonym_key import default_path, make_key
from parley.landing.pseudonyms import PHONE, Pseudonyms
from parley.privacy import copies, landed
from parley.privacy.erasing import run
from parley.privacy.ledger import DONE, REQUESTED, VERIFIED, Ledger
from parley.privacy.places import Places
from parley.privacy.planning import plan
from parley.privacy.verifying import verify
from parley.privacy.warehouse import lines_now
from rig.erasures import Somebody, ask, quiet
from rig.object_store import object_store

TEXTS = "attentive/events/Events.1.1700000000000.{}.json"
ANN, BOB = "+13115550101", "+13115550102"


def text(phone: str, words: str) -> str:
    """A text message to a subscriber."""
    return json.dumps(
        {
            "type": "sms.sent",
            "timestamp": 1_700_000_000_000,
            "company": {"company_id": "shop"},
            "subscriber": {"phone": phone},
            "message": {"id": "1", "type": "CAMPAIGN", "text": words},
        }
    )


def test_landed_files_in_an_object_store_are_masked_in_place(tmp_path: Path) -> None:
    """The same keys and lines; whoever may not write is told so, and finishes later with the right to."""
    lines = [text(ANN, "to Ann"), text(BOB, "to Bob"), text("+1 (311) 555-0101", "again")]
    plain, packed, other = (f"in/{TEXTS.format(name)}" for name in ("a", "b", "c"))
    packed += ".gz"
    objects = {
        plain: "\n".join(lines).encode(),
        packed: gzip.compress("\n".join([*lines, "{"]).encode()),
        other: lines[1].encode(),
        "in/notes.txt": f"call {ANN}".encode(),
        "in/notes.json.zst": b"\x28\xb5\x2f\xfd",
    }
    before = dict(objects)
    ledger, who = Ledger(tmp_path / "erasures"), Somebody("phone", "shop", ANN)

    def places(address: str) -> Places:
        return Places(
            LandingRoot(address.format("in")), tmp_path / "parley.duckdb", tmp_path / "nor"
        )

    duckdb.connect(str(tmp_path / "parley.duckdb")).close()
    with object_store(objects, is_read_only=True) as address:
        request = ask(places(address), ledger, who)
        with pytest.raises(CommandError, match=r"a\.json cannot be replaced .*permission to write"):
            run(places(address), ledger, request, 1.0, quiet)
    assert objects == before
    with object_store(objects) as address:
        run(places(address), ledger, request, 1.0, quiet)
        assert objects.keys() == before.keys()
        assert objects[other] == before[other]
        for content in (objects[plain], gzip.decompress(objects[packed])):
            first, second, third = content.decode().split("\n")[:3]
            assert second == lines[1]
            assert "erased-" in json.loads(first)["subscriber"]["phone"]
            assert "555" not in first + third
        request = ledger.request(request.request_id)
        found = verify(places(address), ledger, request, who.value, quiet)
        assert found.left == ["notes.txt has it, and is read by no build: remove it."]
        assert "notes.json.zst is an archive that cannot be looked into" in found.notes[0]
        assert "Earlier versions of objects" in found.notes[1]
        assert ledger.request(request.request_id).state == DONE
        del objects["in/notes.txt"]
        assert verify(places(address), ledger, request, who.value, quiet).left == []
    assert ledger.request(request.request_id).state == VERIFIED


def test_an_object_that_comes_short_is_not_written_back(tmp_path: Path) -> None:
    """Half of it would be all there is from then on, and the person in the other half would stay."""
    name = TEXTS.format("a")
    objects = {f"in/{name}": "\n".join([text(ANN, "to Ann"), text(BOB, "to Bob")]).encode()}
    before = dict(objects)
    ledger, who = Ledger(tmp_path / "erasures"), Somebody("phone", "shop", ANN)
    with object_store(objects, short=set(objects)) as address:
        root = LandingRoot(address.format("in"))
        places = Places(root, tmp_path / "none", tmp_path / "nor")
        request = ask(places, ledger, who)
        told = rf"{name.split('/')[-1]} cannot be read to its end \(fewer bytes came than the store stated\)"
        with pytest.raises(CommandError, match=told):
            run(places, ledger, request, 1.0, quiet)
        with pytest.raises(CommandError, match=told):
            landed.mask_file(
                root, "attentive/events", name.split("/")[-1], places.rewriter(ledger), set()
            )
        # a warehouse that did not see a file's lines again would give their events other keys
        with pytest.raises(CommandError, match=told):
            list(lines_now(root, "attentive/events", [name.split("/")[-1]], None))
    assert objects == before
    assert ledger.request(request.request_id).state == REQUESTED


def test_an_archive_that_is_none_is_named_as_a_terminal_shows_it(tmp_path: Path) -> None:
    name = "Events.1.1700000000000.a\x1b.json.gz"
    (tmp_path / "landing/attentive/events").mkdir(parents=True)
    (tmp_path / "landing/attentive/events" / name).write_bytes(b"plain")
    places = Places(LandingRoot(str(tmp_path / "landing")), tmp_path / "none", tmp_path / "nor")
    rewriter = places.rewriter(Ledger(tmp_path / "erasures"))
    with pytest.raises(
        CommandError, match=r"a\\x1b.json.gz cannot be read to its end \(it is no gzip"
    ):
        landed.mask_file(places.root, "attentive/events", name, rewriter, set())


def test_a_file_larger_than_the_memory_is_masked_and_searched(tmp_path: Path) -> None:
    """An archive of less than a megabyte has 256 MB of texts in it, and the person in the last line."""
    name = "Events.1.1700000000000.a.json.gz"
    folder = tmp_path / "landing/attentive/events"
    folder.mkdir(parents=True)
    of_others = (text(BOB, "to Bob " + "x" * 1_000_000) + "\n").encode()
    with gzip.open(folder / name, "wb", compresslevel=1) as archive:
        for _ in range(256):
            archive.write(of_others)
        archive.write(text(ANN, "to Ann").encode())
    places = Places(LandingRoot(str(tmp_path / "landing")), tmp_path / "none", tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    request = ask(places, ledger, Somebody("phone", "shop", ANN))
    tracemalloc.start()
    try:
        run(places, ledger, request, 1.0, quiet)
        assert verify(places, ledger, ledger.request(request.request_id), ANN, quiet).left == []
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 128_000_000
    with gzip.open(folder / name) as archive:
        for _ in range(256):
            assert archive.readline() == of_others
        last = archive.read()
    assert b"erased-" in last
    assert ANN.encode() not in last
    assert not last.endswith(b"\n")


def test_a_store_that_empties_a_file_before_it_writes_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "landing").mkdir()
    places = Places(LandingRoot(str(tmp_path / "landing")), tmp_path / "none", tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    request = ask(places, ledger, Somebody("phone", "shop", ANN))
    monkeypatch.setattr(LandingRoot, "can_replace", False)
    with pytest.raises(CommandError, match="copy the root to a folder, erase there"):
        run(places, ledger, request, 1.0, quiet)


def test_a_warehouse_of_another_key_is_left_alone(tmp_path: Path) -> None:
    """Its pseudonyms would be nobody's, and whoever asks would be told that nothing is left."""
    (tmp_path / "landing").mkdir()
    warehouse = tmp_path / "parley.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema parley_state")
        connection.execute(
            "create table parley_state.pseudonym_keys as select 'attentive/events' as feed, 'x' as fingerprint"
        )
    places = Places(LandingRoot(str(tmp_path / "landing")), warehouse, tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    number = ask(places, ledger, Somebody("phone", "shop", ANN)).request_id
    with pytest.raises(LandingError, match="is gone"):
        plan(places, ledger, ledger.request(number), quiet)
    make_key(default_path(warehouse))
    with pytest.raises(LandingError, match="is another one"):
        run(places, ledger, ledger.request(number), 1.0, quiet)
    assert ledger.request(number).state == REQUESTED


def test_a_warehouse_that_was_not_there_is_made_good_later(tmp_path: Path) -> None:
    """Its key is its own, so the request knows none of its pseudonyms; who verifies gives the value again."""
    path = tmp_path / "landing" / TEXTS.format("a")
    path.parent.mkdir(parents=True)
    path.write_text(text(ANN, "to Ann") + "\n" + text(BOB, "to Bob") + "\n")
    root, warehouse = LandingRoot(str(tmp_path / "landing")), tmp_path / "parley.duckdb"
    ledger = Ledger(tmp_path / "erasures")
    without = Places(root, tmp_path / "none", tmp_path / "nor")
    number = ask(without, ledger, Somebody("phone", "shop", ANN)).request_id
    run(without, ledger, ledger.request(number), 1.0, quiet)
    found = verify(without, ledger, ledger.request(number), ANN, quiet)
    assert (found.left, len(found.unreached)) == ([], 1)
    assert ledger.request(number).state == DONE

    key = make_key(default_path(warehouse))
    stored = [Pseudonyms(key).pseudonym(PHONE, one) for one in (ANN, BOB)]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.lines as select 'shop' as account_id, unnest($phones) as phone",
            {"phones": stored},
        )
    places = Places(root, warehouse, tmp_path / "nor")
    found = verify(places, ledger, ledger.request(number), ANN, quiet)
    assert found.left == [f"{warehouse}: 1 rows of staging.lines have an id of the person."]
    run(places, ledger, ledger.request(number), 1.0, quiet)
    assert verify(places, ledger, ledger.request(number), ANN, quiet).left == []
    assert ledger.request(number).state == VERIFIED
    with duckdb.connect(str(warehouse)) as connection:
        phones = connection.execute("select phone from staging.lines").fetchall()
    token = json.loads(path.read_text().split("\n")[0])["subscriber"]["phone"]
    assert {phone for (phone,) in phones} == {stored[1], token}


def test_copies_of_a_published_file_that_is_away_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARLEY_POSTGRES", raising=False)
    warehouse, published = tmp_path / "parley.duckdb", tmp_path / "parley_marts.duckdb"
    assert copies.republish(warehouse, published) == []
    (tmp_path / "parquet").mkdir()
    (sentence,) = copies.republish(warehouse, published)
    assert sentence.startswith(f"There is no published file at {published}, so copies of it stay")


def test_what_is_left_beside_the_warehouse_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In dbt's log, packed or not, in a folder of spilled rows, in Parquet files of nobody's warehouse."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "landing").mkdir()
    warehouse = tmp_path / "parley.duckdb"
    duckdb.connect(str(warehouse)).close()
    places = Places(LandingRoot(str(tmp_path / "landing")), warehouse, tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    number = ask(places, ledger, Somebody("visitor", "shop", "visitor-123")).request_id
    log, spilled = tmp_path / "logs/dbt.log", tmp_path / "parley.duckdb.tmp/block.tmp"
    parquet = tmp_path / "parquet.copy-1795913950915074142/visits.parquet"
    for path in (log, spilled, parquet):
        path.parent.mkdir()
    log.write_bytes(gzip.compress(b"no row for visitor-123"))
    spilled.write_bytes(b"..visitor-123..")
    duckdb.execute(
        f"copy (select 'shop' as account_id, 'visitor-123' as visitor_id) to '{parquet}' (format parquet)"
    )
    run(places, ledger, ledger.request(number), 1.0, quiet)
    assert not spilled.exists(), "a killed build's, which no other process can have open"
    (tmp_path / "parley.duckdb.backup").write_bytes(b"..visitor-123..")
    found = verify(places, ledger, ledger.request(number), "visitor-123", quiet)
    left = [sentence.replace(f"{tmp_path}/", "") for sentence in found.left]
    assert "parquet.copy-1795913950915074142: 1 rows of marts.visits have the text." in left
    assert "parley.duckdb.backup has the text: remove it." in left
    assert "logs/dbt.log has the text: remove it." in left


def test_what_leads_out_of_the_landing_root_is_left_alone(tmp_path: Path) -> None:
    """A file beside the root that a link in it leads to, and a pipe, which nobody writes to."""
    folder = tmp_path / "landing/attentive/events"
    folder.mkdir(parents=True)
    outside = tmp_path / "elsewhere/outside.json"
    outside.parent.mkdir()
    outside.write_text(text(ANN, "not below the root"))
    misnamed = folder / "copy of texts.json"
    misnamed.write_text(text(ANN, "below the root"))
    (folder / "Events.1.1700000000000.a.json").symlink_to(outside)
    os.mkfifo(folder / "Events.1.1700000000000.b.json")
    places = Places(LandingRoot(str(tmp_path / "landing")), tmp_path / "none", tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    number = ask(places, ledger, Somebody("phone", "shop", ANN)).request_id
    run(places, ledger, ledger.request(number), 1.0, quiet)
    assert ANN in outside.read_text()
    assert ANN not in misnamed.read_text()
    assert verify(places, ledger, ledger.request(number), ANN, quiet).left == [
        "attentive/events/Events.1.1700000000000.a.json has it, and is read by no build: remove it."
    ]
