"""Phone numbers and e-mail addresses leave the landing reader as keyed pseudonyms only."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.landing import pseudonyms as module
from parley.landing.files import LandingError, LandingRoot
from parley.landing.keys import json_in_key_order
from parley.landing.lines import read_lines
from parley.landing.pseudonym_key import default_path, fingerprint, make_key, read_key, settled_key
from parley.landing.pseudonyms import EMAIL, PHONE, Pseudonyms, person, whole_number
from parley.landing.rewriting import Rewriting, each_line
from rig import Bench, json_lines, landed, read_rows
from rig.texting import answers, asks, buys

KEY = b"k" * 64
EVENTS, ORDERS = "attentive/events", "attentive/orders"
MAKER = Pseudonyms(KEY)
FAST = settings(max_examples=300, derandomize=True, deadline=None)


def keyed(text: str, digits: int) -> str:
    """By the standard's own definition: a hash of the key and the hash of the key and the text."""
    block = KEY.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + text.encode()).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).hexdigest()[:digits]


def rewritten(record: Any) -> Any:
    return json.loads(MAKER.rewrite(EVENTS, json.dumps(record).encode()))


# -- what a pseudonym is --------------------------------------------------------------------------


def test_a_pseudonym_is_the_hmac_of_the_canonical_form() -> None:
    assert (
        keyed("phone +13115550101", 32)
        == hmac.digest(KEY, b"phone +13115550101", "sha256").hex()[:32]
    )
    assert MAKER.pseudonym(PHONE, "+13115550101") == keyed("phone +13115550101", 32)
    assert MAKER.pseudonym(EMAIL, "kim@shop.example") == keyed("email kim@shop.example", 32)


@pytest.mark.parametrize(
    ("kind", "canonical", "spellings"),
    [
        (
            PHONE,
            "+13115550101",
            ["+1 (311) 555-0101", " +13115550101", "+1.311.555.0101", "＋１３１１５５５０１０１"],
        ),
        (PHONE, "+447700900104", ["+44 (0)7700 900104", "+44 07700 900104", "+44-7700-900104"]),
        (EMAIL, "jos\u00e9@shop.example", ["JOSE\u0301@Shop.Example", "Jos\u00c9@shop.example "]),
    ],
)
def test_spellings_are_one_person_and_stay_different_ids(
    kind: str, canonical: str, spellings: list[str]
) -> None:
    found = [MAKER.pseudonym(kind, text) for text in (canonical, *spellings)]
    assert {person(one) for one in found} == {found[0]}
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("text", ["13115550101", "311 555 0101", "none of yours", "+1", "+999 12"])
def test_what_is_no_international_number_is_its_text(text: str) -> None:
    """No region is guessed: 13115550101 without its plus may be a number of several countries."""
    assert MAKER.pseudonym(PHONE, text) == keyed(f"phone {text}", 32)
    assert person(MAKER.pseudonym(PHONE, f" {text}")) == keyed(f"phone {text}", 32)


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
@FAST
def test_a_plain_number_is_what_the_library_makes_of_it(text: str) -> None:
    parsed = phonenumbers.parse(text, None)
    assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text


# -- in lines -------------------------------------------------------------------------------------

SCALARS = st.sampled_from(
    [
        *("+13115550101", "+1 (311) 555-0101", "13115550101", "kim@x.example", "KIM@x.example"),
        *(13115550101, 13115550101.0, 5, 1.5, 1e300, -1, -1.0, True, False, None),
        *("-1", "null", "undefined", "NA", "", "\\", '"', '"phone":"1"', "é\u2028😀", "\u0000"),
    ]
)
KEYS = st.sampled_from(["phone", "email", "to_phone", "Phone", "phones", 'x"phone', "text", "é"])
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)


def expected(value: Any) -> Any:
    """The same by walking through what the line says."""
    if isinstance(value, list):
        return [expected(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, item in value.items():
        found[key] = expected(item)
        kind = next((kind for kind in (PHONE, EMAIL) if key.endswith(kind)), None)
        if kind is None or isinstance(item, bool) or not isinstance(item, str | int | float):
            continue
        text = item if isinstance(item, str) else whole_number(json.dumps(item))
        if text in module.NOTHING:
            continue
        found[key] = MAKER.pseudonym(kind, text)
        if not isinstance(item, str):
            found[f"{kind}_spelling"] = keyed(f"{kind} number {json.dumps(item)}", 16)
    return found


@given(DOCUMENTS, st.booleans(), st.sampled_from([(",", ":"), (" , ", " : ")]))
@FAST
def test_only_phones_and_addresses_change(
    document: Any, is_ascii: bool, separators: tuple[str, str]
) -> None:
    line = json.dumps(document, ensure_ascii=is_ascii, separators=separators)
    assert json.loads(MAKER.rewrite(EVENTS, line.encode())) == expected(document)


@given(st.lists(st.dictionaries(KEYS, SCALARS, max_size=2), min_size=2, max_size=12))
@example([{"phone": 13115550101}, {"phone": "13115550101"}, {"phone": 13115550101.0}])
@FAST
def test_lines_stay_as_equal_as_they_were(documents: list[Any]) -> None:
    """Events and orders without an id are known by their content: no two become one, none becomes two."""
    before = [json_in_key_order(json.dumps(document)) for document in documents]
    after = [json_in_key_order(MAKER.rewrite(EVENTS, line.encode()).decode()) for line in before]
    assert len(set(before)) == len(set(after)) == len(set(zip(before, after, strict=True)))


def test_tokens_of_an_erasure_stay_what_they_are() -> None:
    assert rewritten({"phone": "erased-1", "email": "erased-2"}) == {
        "phone": "erased-1",
        "email": "erased-2",
    }


def test_the_same_id_as_number_and_as_text_is_one_pseudonym() -> None:
    """As staging reads ids: 13115550101, 13115550101.0, 1.3115550101e10 and "13115550101" are one."""
    values = ["13115550101", "13115550101.0", "1.3115550101e10", '"13115550101"']
    lines = [f'{{"phone":{value}}}'.encode() for value in values]
    found = [json.loads(MAKER.rewrite(EVENTS, line)) for line in lines]
    assert {line["phone"] for line in found} == {MAKER.pseudonym(PHONE, "13115550101")}


def test_a_key_written_in_escapes_is_found() -> None:
    line = rb'{"\u0070h\u006fne":"+13115550101","x\\u0070hone":"1","text":"\\\u0070\u00e9"}'
    assert json.loads(MAKER.rewrite(EVENTS, line)) == {
        "phone": MAKER.pseudonym(PHONE, "+13115550101"),
        r"x\u0070hone": "1",
        "text": "\\pé",
    }


def test_numbers_that_no_computer_holds_stop_nothing() -> None:
    line = b'{"phone":1e999999999,"x":[{"phone":' + b"9" * 5000 + b"}]}"
    assert b"9999" not in MAKER.rewrite(EVENTS, line)


@pytest.mark.parametrize(
    "line",
    [
        b'{"phone":"+1311"', b'{"phone":01}', b'{"phone":"\t"}', b'{"phone":"\\x"}', b'{"phone":"\xff"}',
        b'{"phone":"\\ud800"}', b'{"phone"."1"}', b'{"phone":"1" "2"}', b'"x" phone":"1"}', b'{phone":1}',
    ],
)  # fmt: skip
def test_what_is_no_json_does_not_become_it(line: bytes) -> None:
    """The broken lines of a block; the line between them is whole."""
    block = MAKER.rewrite(EVENTS, b"\n".join((line, b'{"phone":"5"}', line)))
    first, whole, last = block.split(b"\n")
    assert json.loads(whole) == {"phone": MAKER.pseudonym(PHONE, "5")}
    assert first == last
    with pytest.raises(ValueError, match=r"."):
        # a lone surrogate is no character
        json.dumps(json.loads(first), ensure_ascii=False).encode()
    assert first == line or b'"1"' not in first


def test_the_quarantine_keeps_lines_as_delivered(tmp_path: Path) -> None:
    """One of two lines is broken: both are there as landed and as they are read. Other feeds stay."""
    content = b'\xef\xbb\xbf{"phone":"+13115550101"}\r\n\n {"phone":"+13115550101", broken\n'
    for feed in (EVENTS, "liveperson/configuration"):
        file = landed(feed, content)
        path = tmp_path / file.path
        path.parent.mkdir(parents=True)
        path.write_bytes(file.content)
    found = [
        [
            (row["line_number"], row.get("landed_line"), row["line"])
            for batch in read_lines(
                LandingRoot(str(tmp_path)), feed, [path.name], {}, rewriting=Rewriting((), [MAKER])
            )
            for row in batch.to_pylist()
        ]
        for feed in (EVENTS, "liveperson/configuration")
    ]
    phone = '{"phone":"+13115550101"'
    of_events, of_configuration = found
    assert [row[:2] for row in of_events] == [(1, phone + "}"), (3, phone + ", broken")]
    assert json.loads(of_events[0][2]) == {"phone": MAKER.pseudonym(PHONE, "+13115550101")}
    assert "311" not in of_events[1][2]
    assert of_configuration == [(1, None, phone + "}"), (3, None, phone + ", broken")]


def test_a_change_of_what_landed_comes_before_pseudonyms(tmp_path: Path) -> None:
    """A rewriter that forgets one number line by line: it is in neither text, the other line is as ever."""

    class Forgetting:
        def rewrites(self, feed: str) -> bool:
            return feed == EVENTS

        def rewrite(self, feed: str, block: bytes) -> bytes:
            assert feed == EVENTS
            return each_line(block, lambda line: line.replace(b"+13115550101", b"gone"))

    file = landed(EVENTS, json_lines([{"phone": "+13115550101"}, {"phone": "+13115550102"}]))
    (tmp_path / EVENTS).mkdir(parents=True)
    (tmp_path / file.path).write_bytes(file.content)
    rewriting = Rewriting([Forgetting()], [MAKER])
    root, name = LandingRoot(str(tmp_path)), Path(file.path).name
    (batch,) = read_lines(root, EVENTS, [name], {}, rewriting=rewriting)
    assert batch["landed_line"].to_pylist() == ['{"phone": "gone"}', '{"phone": "+13115550102"}']
    assert [json.loads(line)["phone"] for line in batch["line"].to_pylist()] == [
        MAKER.pseudonym(PHONE, text) for text in ("gone", "+13115550102")
    ]


# -- the key --------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = default_path(tmp_path / "new" / "renamed.duckdb")
    assert path == tmp_path / "new" / "parley.pseudonym_key"
    key = settled_key(path, [])
    assert key == settled_key(path, [fingerprint(key)]) == make_key(path) == read_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert key.decode() not in fingerprint(key)


def test_a_key_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(LandingError, match=r"is gone.*PARLEY_PSEUDONYM_KEY.*--full-refresh"):
        settled_key(path, ["0"])
    make_key(path)
    with pytest.raises(LandingError, match=r"another one than.*--full-refresh"):
        settled_key(path, ["0"])
    path.chmod(0o640)
    with pytest.raises(LandingError, match="chmod 600"):
        settled_key(path, [])
    path.chmod(0o600)
    path.write_text("short\n")
    with pytest.raises(LandingError, match="has 5 characters"):
        settled_key(path, [])
    for other in ("account_id,account_name\n1001,Harrowgate Home\n", "x" * 100_000):
        path.write_text(other)
        with pytest.raises(LandingError, match=r"is some other file and no key.*PARLEY_PSEUDONYM"):
            settled_key(path, [])
    with pytest.raises(LandingError, match=r"cannot be read \(Is a directory\)"):
        settled_key(tmp_path, [])
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(
        LandingError, match=r"cannot be read \(it is a pipe or a device and no file"
    ):
        settled_key(tmp_path / "pipe", [])
    with pytest.raises(LandingError, match=r"cannot be made as .*/key/new/key \("):
        make_key(path / "new" / "key")


STAGING = ("run", "--select", "path:models/staging/attentive")
PHONES = (
    "select phone from staging.stg_attentive__event_deliveries "
    "union all select phone from staging.stg_attentive__order_deliveries"
)


def test_a_warehouse_is_of_one_key(bench: Bench) -> None:
    """The life of a key in three builds.

    1. Two events and an order of one phone, one of them with a spelling of its own: two pseudonyms of one
       person, made with a key beside the warehouse.
    2. Another event, another key, and events alone read anew: refused, for orders hold the old one.
    3. All is read anew with it: other pseudonyms.
    """
    site = bench.site(STAGING)
    key = site.folder / "parley.pseudonym_key"
    records = [asks(1), answers(2, "+1 311 555 0100"), buys(3)]
    for feed in (EVENTS, ORDERS):
        site.land([landed(feed, json_lines([one for of, one in records if of == feed]))])
    assert site.run().code == 0
    first = {phone for (phone,) in read_rows(site.warehouse, PHONES)}
    maker = Pseudonyms(read_key(key) or b"")
    assert first == {maker.pseudonym(PHONE, text) for text in ("+13115550100", "+1 311 555 0100")}
    assert {person(phone) for phone in first} == {maker.pseudonym(PHONE, "+13115550100")}

    key.unlink()
    make_key(key)
    site.land([landed(EVENTS, json_lines([asks(4)[1]]), name="part-1")])
    done = site.run("run", "--full-refresh", "--select", "stg_attentive__event_deliveries")
    assert done.code != 0
    assert "is another one than what the warehouse holds was made with" in done.output
    assert {phone for (phone,) in read_rows(site.warehouse, PHONES)} == first

    assert site.run(*STAGING, "--full-refresh").code == 0
    last = [phone for (phone,) in read_rows(site.warehouse, PHONES)]
    assert len(last) == 4
    assert first.isdisjoint(last)
