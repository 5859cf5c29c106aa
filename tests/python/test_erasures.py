"""A person is forgotten: lines, the ledger, and a whole world before and after."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from parley.files import CommandError
from parley.landing.files import FEEDS, LandingRoot
from parley.landing.pseudonyms import Pseudonyms
from parley.privacy import copies, erasing, json_text, landed, removing, warehouse
from parley.privacy.__main__ import known_request, main, typed_value
from parley.privacy.columns import RowMask
from parley.privacy.erasing import run
from parley.privacy.ledger import (
    ALL,
    DONE,
    MASK,
    NONE,
    REMOVE,
    RUNNING,
    Ledger,
    Member,
    Request,
    ledger_folder,
)
from parley.privacy.links import Links
from parley.privacy.masking import Mask, page_of
from parley.privacy.people import Person, members_of
from parley.privacy.places import Places
from parley.privacy.planning import plan
from parley.privacy.rewriter import Rewriter
from parley.privacy.shapes import CONSUMER, CONVERSATION, EMAIL, PHONE, REQUEST, WEB
from parley.privacy.tables import Tables
from parley.privacy.verifying import verify
from rig import Bench, Site, mart_differences, without_audit
from rig.erasures import (
    Somebody,
    ask,
    erase,
    figures,
    ledger_of,
    people_of,
    places_of,
    quiet,
    texters_of,
)
from rig.lives import batches_of
from rig.site import EVERYTHING, ONE_TO_ONE
from rig.worlds_built import Built, WorldsBuilt

ACCOUNT = "acc-1"
TOKEN = "erased-00000000-000000000001"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger without requests."""
    found = Ledger(tmp_path / "landing.erasures")
    found.create()
    return found


def forgetting(
    ledger: Ledger, group: str, value: str, token: str = TOKEN, mode: str = MASK
) -> Rewriter:
    """The rewriter of a request that was carried out, with one id."""
    request = Request("00000000", "2026-01-01 00:00:00", "visitor", ACCOUNT, "", mode)
    request.state = DONE
    ledger.save(request)
    pseudonyms = Rewriter(ledger).pseudonyms_of(group, value)
    known = ledger.members("00000000")
    members = [Member("00000000", ACCOUNT, group, one, token, ALL) for one in pseudonyms]
    ledger.save_members("00000000", [*known, *members])
    return Rewriter(ledger)


# -- lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://ann:secret@s.example/p;id=7/1?to=bob@s.example#r", "https://s.example/p/1"),
        (" HTTPS:/ann@s.example/p/1", " HTTPS:/s.example/p/1"),
        ("///ann:secret@s.example/p/1#@", "///s.example/p/1"),
        ("https://s.example/@/#a?b", "https://s.example/@/"),
    ],
)
def test_a_page_is_what_the_models_make_of_an_address(url: str, page: str) -> None:
    assert page_of(url) == page


def test_numbers_keep_their_spelling_and_keys_their_order() -> None:
    text = '{"b":1.10,"a":[1e3,-0,12345678901234567890,"é\\u0001"],"b":2}'
    assert json_text.write(json_text.read(text)) == (
        '{"b":1.10,"a":[1e3,-0,12345678901234567890,"é\\u0001"]}'
    )


def test_a_conversation_keeps_what_figures_need(ledger: Ledger) -> None:
    forgetting(ledger, CONSUMER, "consumer-77")
    rewriter = forgetting(ledger, CONVERSATION, "conversation-5", "erased-00000000-000000000002")
    own: dict[str, Any] = {
        "info": {
            "brandId": ACCOUNT,
            "conversationId": "conversation-5",
            "mcs": 3,
            "brandName": "B",
        },
        "messageRecords": [
            {
                "messageId": "ms::conversation-5::0",
                "participantId": "consumer-77",
                "sentBy": "Consumer",
                "timeL": 1,
                "messageData": {"msg": {"text": "I am Ann, +1 311 555 0101"}},
            },
            {"messageId": "m", "participantId": "agent-1", "sentBy": "Agent", "timeL": 2},
        ],
        "consumerParticipants": [{"participantId": "consumer-77", "consumerName": "Ann"}],
        "conversationSurveys": [
            {
                "surveyData": [
                    {"questionType": "csat", "answer": "5"},
                    {"questionType": "csat", "answer": 4.5},
                    {"questionType": "csat", "answer": "very good"},
                    {"questionType": "csat", "answer": "3115550101"},
                    {"questionType": "nps", "answer": 15},
                    {"questionType": "custom", "answer": "Ann"},
                    {"questionType": "NPS", "answer": 9},
                    {"questionType": "csat", "answer": "** LP deleted data **"},
                ]
            }
        ],
    }
    other = {"info": {"brandId": ACCOUNT, "conversationId": "c-6", "brandName": "B"}}
    line = json.dumps({"conversationHistoryRecords": [own, other], "_metadata": {"count": 2}})
    masked = rewriter.line("liveperson/messaging_interactions", line)
    assert masked is not None
    first, second = json.loads(masked)["conversationHistoryRecords"]
    assert second == other
    assert first["info"] == {
        "brandId": ACCOUNT,
        "conversationId": "erased-00000000-000000000002",
        "mcs": 3,
    }
    assert [one["messageId"] for one in first["messageRecords"]] == [
        "ms::erased-00000000-000000000002::0",
        "m",
    ]
    assert [one["participantId"] for one in first["messageRecords"]] == [TOKEN, "agent-1"]
    assert first["messageRecords"][0]["messageData"] == {"msg": {"text": None}}
    # inside its scale an answer is counted, a half too; a number outside stays one, and what is no number none
    answers = [one["answer"] for one in first["conversationSurveys"][0]["surveyData"]]
    # and what the vendor deleted before is still counted as that
    assert answers == ["5", 4.5, "(masked)", "0", None, None, None, "** LP deleted data **"]
    for text in ("Ann", "0101", "5550101"):
        assert text not in masked


@pytest.mark.parametrize("depth", [150, 600, 5_000])
def test_what_nests_without_end_is_no_way_round_an_erasure(ledger: Ledger, depth: int) -> None:
    """A browser sends what it likes in an event, also of a person who is to be forgotten."""
    rewriter = forgetting(ledger, WEB, "visitor-9")
    deep = "[" * depth + '{"a":{"b":"visitor-9"}}' + "]" * depth
    text = f'"account_id":"{ACCOUNT}","event_id":"e","occurred_at":1,"visitor_id":"visitor-9","payload":{deep}'
    masked = rewriter.line("one_to_one/events", f"{{{text}}}")
    assert masked is not None
    assert "visitor-9" not in masked
    assert json.loads(masked)["visitor_id"] == TOKEN


@pytest.mark.parametrize(
    "visitor", ['{"string":"visitor-9"}', '"visitor-9"', '"visitor\\u002d9"'], ids=str
)
def test_a_visit_is_found_however_it_is_wrapped(ledger: Ledger, visitor: str) -> None:
    rewriter = forgetting(ledger, WEB, "visitor-9")
    name = "com.liveperson.dataaccess"
    header = f'"header":{{"{name}.VisitorHeader":{{"visitId":"v-1","visitorId":{visitor}}}}}'
    line = (
        f'{{"metaData":{{"accountId":"{ACCOUNT}","startTime":1.50}},"recordCollection":{{"array":['
        f'{{"body":{{"{name}.WebSessionNavigationData":{{{header},"navigationData":[{{"url":"u?q=Ann"}}]}}}}}},'
        f'{{"body":{{"{name}.WebSessionGoalAchievedData":{{{header},"achievedGoals":[{{"id":"g",'
        f'"goalMetaData":{{"{name}.LeadGoalMetadata":{{"topic":"Ann"}}}}}}]}}}}}}]}}}}'
    )
    masked = rewriter.line("liveperson/web_sessions", line)
    assert masked is not None
    assert "Ann" not in masked
    assert "visitor-9" not in masked
    assert f'{{"{name}.LeadGoalMetadata":{{}}}}' in masked
    assert '"startTime":1.50' in masked
    assert rewriter.line("liveperson/web_sessions", masked) is None
    assert rewriter.line("liveperson/web_sessions", line.replace(ACCOUNT, "acc-2")) is None


def test_texts_that_differed_only_in_what_is_gone_stay_different(ledger: Ledger) -> None:
    rewriter = forgetting(ledger, PHONE, "+13115550101")

    def line(phone: str, text: str) -> str | None:
        return rewriter.line(
            "attentive/events",
            json.dumps(
                {
                    "type": "sms.inbound_message",
                    "timestamp": 1,
                    "company": {"company_id": ACCOUNT},
                    "subscriber": {"phone": phone, "email": "ann@mail.example"},
                    "message": {
                        "type": "TYPE_CONVERSATION",
                        "text": text,
                        "journey": {"id": "j-1", "name": "Welcome", "note": "of Ann"},
                    },
                }
            ),
        )

    first, again, second = (line("+13115550101", text) for text in ("yes", "yes", "no"))
    assert first == again
    assert first != second
    spelt = line("+1 (311) 555-0101", "yes")
    assert spelt is not None
    phone = json.loads(spelt)["subscriber"]["phone"]
    assert phone.startswith(f"{TOKEN}-"), "another spelling is another id, of the same person"
    for masked in (first, second, spelt):
        assert masked is not None
        assert "ann@" not in masked
        assert json.loads(masked)["message"]["journey"] == {"id": "j-1", "name": "Welcome"}
        assert "5550101" not in masked.replace("-", "")
    assert line("+13115550102", "yes") is None


def test_a_text_that_comes_again_is_the_one_of_which_a_part_was_gone(ledger: Ledger) -> None:
    """Two addresses go with others, before and after whoever has the number: in one step or in three."""
    line = json.dumps(
        {
            "type": "sms.sent",
            "timestamp": 1,
            "company": {"company_id": ACCOUNT},
            "subscriber": {
                "phone": "+13115550101",
                "email": "ann@mail.example",
                "external_id": "ann",
            },
            "message": {"type": "CAMPAIGN", "text": "Hello Ann"},
        }
    )
    stepwise, left = line, []
    for group, value in ((EMAIL, "ann@mail.example"), (PHONE, "+13115550101"), (EMAIL, "ann")):
        forgetting(ledger, group, value)
        mentioned = [
            replace(one, level=NONE) if one.group == EMAIL else one
            for one in ledger.members("00000000")
        ]
        ledger.save_members("00000000", mentioned)
        at_once = Rewriter(ledger).line("attentive/events", line)
        stepwise = Rewriter(ledger).line("attentive/events", stepwise) or stepwise
        assert stepwise == at_once
        left.append(json.loads(stepwise))
    first, second, third = left
    assert first["message"]["text"] == "Hello Ann"
    assert first["subscriber"] == {
        "phone": "+13115550101",
        "email": TOKEN,
        "external_id": "ann",
    }
    assert second["subscriber"] == {"phone": TOKEN, "email": None, "external_id": None}
    assert third == second


@pytest.mark.parametrize(
    ("column", "row", "token"),
    [
        ("unit_id", {"visit_id": "10", "conversation_id": "7"}, "of web"),
        ("unit_id", {"visit_id": None, "conversation_id": "10"}, "10"),
        ("survey_key", {"request_id": "10", "event_id": "7"}, "of request"),
        ("survey_key", {"request_id": None, "event_id": "10"}, "10"),
    ],
)
def test_an_id_that_repeats_another_is_what_that_one_is(
    column: str, row: dict[str, Any], token: str
) -> None:
    """A visit, a request and an event are called 10, and so is a conversation of somebody else."""

    def lookup(group: str, value: str) -> str | None:
        return f"of {group}" if value == "10" and group in (WEB, REQUEST, "event") else None

    assert RowMask(lookup, Mask(lookup, {}, False), False).of(column, "10", row) == token


def test_somebody_who_was_forgotten_is_not_forgotten_again(ledger: Ledger) -> None:
    """What stands for a person is no person: a request for it, under which a copy came, changes no line."""
    forgetting(ledger, WEB, TOKEN, "erased-00000000-000000000002")
    line = json.dumps({"account_id": ACCOUNT, "visitor_id": TOKEN, "order_id": "o-1"})
    assert Rewriter(ledger).line("one_to_one/orders", line) is None


def test_a_page_loses_the_removed_record_alone(ledger: Ledger) -> None:
    rewriter = forgetting(ledger, CONVERSATION, "conversation-5", mode=REMOVE)
    feed = "liveperson/messaging_interactions"
    own = {"info": {"brandId": ACCOUNT, "conversationId": "conversation-5"}}
    other = {"info": {"brandId": ACCOUNT, "conversationId": "conversation-6", "source": "SHARK"}}
    page = json.dumps({"conversationHistoryRecords": [own, other]})
    left = rewriter.line(feed, page)
    assert left is not None
    assert json.loads(left) == {"conversationHistoryRecords": [other]}
    assert rewriter.line(feed, json.dumps({"conversationHistoryRecords": [own]})) == ""
    block = f"{json.dumps(own)}\n{json.dumps(other)}\n{page}\n".encode()
    lines = rewriter.rewrite(feed, block).decode().split("\n")
    assert lines == ["", json.dumps(other), left, ""]
    assert rewriter.rewrite(feed, "\n".join(lines).encode()).decode().split("\n") == lines


def test_a_line_that_is_no_json_stays_none(ledger: Ledger) -> None:
    rewriter = forgetting(ledger, REQUEST, "request-44")
    # half of an emoji: Python reads it, the engine does not, so the line is quarantined before and after
    line = f'{{"account_id":"{ACCOUNT}","payload":{{"request_id":"request-44","x":"\\ud83d"}}}}'
    assert rewriter.line("one_to_one/events", line) == "erased"
    raw = line.replace("\\ud83d", "?").encode().replace(b"?", b"\xff")
    assert rewriter.raw_line("one_to_one/events", raw) == b"\xfferased"


def test_half_of_an_emoji_in_an_id_stops_neither_an_erasure_nor_a_build(
    tmp_path: Path, ledger: Ledger
) -> None:
    """The line is in quarantine and its id is nobody's; what is in it of the person goes nevertheless."""
    folder = tmp_path / "landing/attentive/events"
    folder.mkdir(parents=True)

    def line(phone: str, company: str = ACCOUNT) -> str:
        subscriber = f'"subscriber":{{"phone":"{phone}"}}'
        return f'{{"type":"sms.sent","timestamp":1,"company":{{"company_id":"{company}"}},{subscriber}}}'

    name = "Feed.1767225600000.1767225600001.a.json"
    halves = [
        line("+13115550101\\ud83d"),
        line("+13115550102\\uDE00"),
        line("+13115550103", "\\ud83d"),
    ]
    whole = line("+13115550101")
    (folder / name).write_text("\n".join([whole, *halves]) + "\n")
    links = Links(LandingRoot(str(tmp_path / "landing")), None, tmp_path / "spill", lambda _: None)
    assert links.records == 4
    phones = [(PHONE, "+13115550101"), (PHONE, "+13115550103")]
    assert sorted(links.values([PHONE], ACCOUNT)) == phones
    assert links.broken_with(["+13115550101"]) == {("attentive/events", name): {2}}
    forgetting(ledger, PHONE, "+13115550109")
    rewriter = Rewriter(ledger, Pseudonyms(b"k" * 32).pseudonym)
    assert [rewriter.line("attentive/events", one) for one in halves] == [None, None, None]


def test_the_right_warehouse_with_another_landing_root_is_refused(
    tmp_path: Path, ledger: Ledger
) -> None:
    """Its landed lines would keep the person, and the request would be done all the same."""
    name = "Feed.1767225600000.1767225600001.a.json"
    for root, text in (("built", "{}"), ("moved", "{}"), ("other", "{ }"), ("empty", "")):
        (tmp_path / root / "one_to_one/events").mkdir(parents=True)
        if text:
            (tmp_path / root / "one_to_one/events" / name).write_text(text)
    warehouse = tmp_path / "parley.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            f"create schema parley_state; create table parley_state.landing_root as"
            f" select '{tmp_path / 'built'}' as location; create table parley_state.landed_files as"
            f" select 'one_to_one/events' as feed, '{name}' as file_name, 2 as bytes"
        )
    request = Request("00000000", "2026-01-01 00:00:00", "visitor", ACCOUNT, "", MASK)
    ledger.save(request)

    def planned(root: str) -> None:
        places = Places(LandingRoot(str(tmp_path / root)), warehouse, tmp_path / "published.duckdb")
        plan(places, ledger, request, lambda _: None)

    planned("built")
    planned("moved")
    for root in ("other", "empty"):
        with pytest.raises(
            CommandError, match=r"was built from the landing root .*/built.*LANDING_ROOT"
        ):
            planned(root)


def test_somebody_delivered_again_and_again_always_gets_tokens(ledger: Ledger) -> None:
    """A new visit in each of five hundred runs, before and after the others: the tokens stay in order."""
    forgetting(ledger, WEB, "visitor-9", "erased-00000000-500000000000")
    request, person = ledger.request("00000000"), Person()
    order = [f"{letter}-{number:03d}" for letter in "bv" for number in range(250)]
    known = ledger.members("00000000")
    for number in range(250):
        person.add([(WEB, f"b-{249 - number:03d}"), (WEB, f"v-{number:03d}")], ALL)
        rewriter = Rewriter(ledger)
        rewriter.add(known)
        known = members_of(person, request, known, rewriter)
    tokens = {one.pseudonym: one.token or "" for one in known}
    named = [tokens[ledger.pseudonym(WEB, value)] for value in order]
    assert named == sorted(set(named))
    assert {len(token) for token in named} == {len(TOKEN)}


# -- the ledger -----------------------------------------------------------------------------------


def test_the_ledger_holds_no_value_and_is_its_owners_alone(ledger: Ledger) -> None:
    forgetting(ledger, PHONE, "+13115550101")
    files = [path for path in ledger.folder.iterdir() if path.stat().st_size]
    assert len(files) == 3
    for path in files:
        assert "5550101" not in path.read_text(encoding="utf-8")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.folder.stat().st_mode) == 0o700


def test_what_the_command_writes_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB's log and what it has no room for in memory, too, though others may read what the user writes."""

    def touch(_: object) -> int:
        (tmp_path / "log").touch()
        return 0

    monkeypatch.setattr("parley.privacy.__main__.command", touch)
    before = os.umask(0o022)
    try:
        assert main(["list"]) == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_a_ledger_that_cannot_be_used_says_so(ledger: Ledger) -> None:
    forgetting(ledger, PHONE, "+13115550101")
    key = (ledger.folder / "key").read_text(encoding="ascii")
    for text, words in (("", "cut off"), ("no key", "cannot be read")):
        (ledger.folder / "key").write_text(text, encoding="ascii")
        with pytest.raises(CommandError, match=words):
            Ledger(ledger.folder).pseudonym(PHONE, "1")
    (ledger.folder / "key").unlink()
    with pytest.raises(CommandError, match="is missing"):
        Ledger(ledger.folder).create()
    (ledger.folder / "key").write_text(key, encoding="ascii")
    requests = ledger.folder / "requests.jsonl"
    whole = requests.read_bytes()
    other_mode = whole.replace(b'"mask"', b'"hide"')
    for line in (b"{", b"{}", b"[]", b"1", b"\xff", b'{"request_id": 5}', other_mode):
        requests.write_bytes(whole + line + b"\n")
        with pytest.raises(CommandError, match="broken in line 2"):
            Ledger(ledger.folder).requests()
    requests.unlink()
    os.mkfifo(requests)
    with pytest.raises(CommandError, match=r"cannot be read \(it is a pipe"):
        Ledger(ledger.folder).requests()
    requests.unlink()
    requests.write_bytes(whole)
    (ledger.folder / "00000000.jsonl").write_text("{}\n")
    with pytest.raises(CommandError, match="broken in line 1"):
        ledger.members("00000000")
    with pytest.raises(CommandError, match=r"cannot be made .* PARLEY_ERASURES"):
        Ledger(requests / "below").create()


def test_a_landing_root_has_one_ledger_by_whatever_links_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever was forgotten would come back through another name of the same folder."""
    monkeypatch.delenv("PARLEY_ERASURES", raising=False)
    (tmp_path / "landing/attentive").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "landing")
    folder = tmp_path / "landing.erasures"
    for name in ("landing", "link", "link/attentive/..", "landing/../link/"):
        assert ledger_folder(f"{tmp_path}/{name}") == folder
    beside_the_link = tmp_path / "link.erasures"
    beside_the_link.mkdir()
    assert ledger_folder(f"{tmp_path}/link") == beside_the_link
    folder.mkdir()
    assert ledger_folder(f"{tmp_path}/link") == folder
    assert ledger_folder("/") is None
    assert ledger_folder("s3://bucket/landing") is None


def test_a_folder_of_somebody_elses_files_is_no_ledger(tmp_path: Path) -> None:
    """It would be closed to everybody but the owner: a landing root, say, to whoever delivers."""
    (tmp_path / "accounts.csv").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(CommandError, match=r"holds other files .* PARLEY_ERASURES"):
        Ledger(tmp_path).create()
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.csv"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    (tmp_path / "accounts.csv").rename(tmp_path / ".key.partial")  # of a command that was killed
    Ledger(tmp_path).create()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


# -- a world --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(worlds_built: WorldsBuilt) -> Built:
    """A small world of every vendor."""
    return worlds_built.get(6, 6, 4, 4)


def left_in(site: Site) -> dict[str, int]:
    """Rows of the warehouse that still hold somebody who was erased."""
    ledger = ledger_of(site)
    with duckdb.connect(str(site.warehouse), read_only=True) as connection:
        tables = Tables(connection, places_of(site).rewriter(ledger), ledger)
        tables.note_keys({})
        return tables.counts()


def delivered_again(site: Site, source: Site, later_ms: int = 3_000_000_000_000) -> None:
    """Deliver every file of persons once more, as it was delivered first, under a later name."""
    for feed in FEEDS:
        for path in sorted((source.landing / feed).rglob("*")):
            parts = path.name.split(".", 3)
            if path.is_file() and len(parts) == 4 and parts[2].isdigit():
                name = f"{parts[0]}.{parts[1]}.{later_ms}.{parts[2]}.{parts[3]}"
                target = site.landing / feed / path.parent.relative_to(source.landing / feed)
                shutil.copyfile(path, target / name)


class Killed(BaseException):
    """Stands for the end of the process."""


def kill_at(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, after: int) -> None:
    """Let a function end the process when it was called so often."""
    whole: Callable[..., Any] = getattr(module, name)
    calls = 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Killed
        return whole(*arguments, **named)

    monkeypatch.setattr(module, name, counted)


def test_no_figure_changes_and_nobody_comes_back(
    world: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erase people, some runs killed on their way; deliver all again; build all anew."""
    site = world.site.copy()
    assert site.publish().code == 0
    places, ledger = places_of(site), ledger_of(site)
    people = people_of(site.warehouse, 6, 1) + texters_of(site.landing, 6, 2)
    kills = [
        (landed, "mask_file", 1),
        (warehouse, "note_files", 0),
        (erasing, "rewrite_warehouse", 0),
        (copies, "publish", 0),
    ]
    for who, (module, name, after) in zip(people, kills, strict=False):
        request = ask(places, ledger, who)
        with monkeypatch.context() as patch:
            kill_at(patch, module, name, after)
            with pytest.raises(Killed):
                run(places, ledger, request, 1.0, quiet)
        assert ledger.request(request.request_id).state == RUNNING
        run(places, ledger, request, 1.0, quiet)
    erase(site, *people[len(kills) :])

    erased = site.marts()
    log = erased.pop("erasure_log").records()
    expected = {name: mart for name, mart in world.marts.items() if name != "erasure_log"}
    assert mart_differences(figures(expected), figures(erased)) == []
    assert mart_differences(without_audit(expected), without_audit(erased))
    assert left_in(site) == {}
    assert [row["state"] for row in log] == ["done"] * len(people)
    assert sum(row["table_rows"] for row in log) > 0

    delivered_again(site, world.site)
    again = site.build()
    told = again.pop("erasure_log")
    assert mart_differences(without_audit(erased), without_audit(again)) == []
    assert left_in(site) == {}
    anew = site.build(*EVERYTHING, "--full-refresh")
    assert mart_differences(again | {"erasure_log": told}, anew) == []

    # what was delivered again is clear below the landing root until the requests are run again
    who, request = people[-1], ledger.requests()[-1]
    assert verify(places, ledger, request, who.value, quiet).left
    assert ledger.request(request.request_id).state == DONE
    run(places, ledger, request, 1.0, quiet)
    # archives that nobody can unpack are all that may be left in this world, and are named
    rest = verify(places, ledger, request, who.value, quiet).left
    assert all("is read by no build" in sentence for sentence in rest)
    left = {name: mart for name, mart in site.marts().items() if name != "erasure_log"}
    assert mart_differences(figures(again), figures(left)) == []


T0 = 1_709_542_800_000  # 2024-03-04 09:00 UTC
MINUTE, DAY = 60_000, 86_400_000


def shop_of_two(site: Site) -> None:
    """Ann and Bob are answered on the 4th, Bob says how it was; Ann buys on the 5th, Bob on the 6th."""

    def event(number: int, name: str, who: str) -> dict[str, Any]:
        return {
            "account_id": "shop",
            "event_id": f"event-{number}",
            "event_name": name,
            "occurred_at": T0 + number * MINUTE,
            "visitor_id": f"visitor-{who}",
            "payload": {"request_id": f"request-of-{who}", "agent_id": "7"},
        }

    def order(who: str, days: int, subtotal: str) -> dict[str, Any]:
        return {
            "account_id": "shop",
            "order_id": f"order-of-{who}",
            "occurred_at": T0 + days * DAY,
            "visitor_id": f"visitor-{who}",
            "subtotal": subtotal,
        }

    events = [
        event(1, "click-call-agent", "ann"),
        event(2, "click-call-agent", "bob"),
        event(3, "agent-answer-call", "ann"),
        event(4, "agent-answer-call", "bob"),
        # of no request, so what it belongs to is its own id
        event(5, "nps", "bob") | {"payload": {"rating": 5, "feedback": "I am Bob"}},
    ]
    for path, rows in {
        "one_to_one/events/Events.1.1710000000000.a.json": events,
        "one_to_one/orders/Orders.1.1710000000000.a.json": [
            order("ann", 1, "35"),
            order("bob", 2, "9"),
        ],
    }.items():
        (site.landing / path).parent.mkdir(parents=True)
        (site.landing / path).write_text("".join(json.dumps(row) + "\n" for row in rows))


def days_of(site: Site) -> dict[str, tuple[int, int, int, float]]:
    """Requests, conversations, orders and their value by date."""
    return {
        str(row["date_day"]): (
            row["total_requests"],
            row["one_to_one_conversations"],
            row["one_to_one_orders"],
            float(row["order_value"]),
        )
        for row in site.marts()["one_to_one_daily"].records()
    }


def tables_with(site: Site, text: str) -> list[str]:
    """Tables of the warehouse that have a text anywhere in a row."""
    with duckdb.connect(str(site.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not internal"
        ).fetchall()
        return [
            table
            for (table,) in tables
            if connection.execute(
                f"select 1 from {table} as t where contains(cast(t as varchar), $text)",
                {"text": text},
            ).fetchone()
        ]


def test_an_id_in_an_address_and_words_in_a_rating_go_with_the_person(bench: Bench) -> None:
    """Reports count clicks and requests by address, in rows without ids. Bob's click stays, a 9, too."""
    site = bench.site(EVERYTHING)
    shop_of_two(site)
    click = {"account_id": "shop", "event_name": "auto-message-click", "occurred_at": T0}
    events = [
        click
        | {
            "event_id": f"click-{who}",
            "visitor_id": f"visitor-{who}",
            "payload": {"auto_message_id": "m", "url": f"https://shop.example/?v=visitor-{who}"},
        }
        for who in ("ann", "bob")
    ]
    events += [
        click
        | {
            "event_id": f"rated-{number}",
            "event_name": name,
            "visitor_id": "visitor-ann",
            "page_url": "https://shop.example/of/visitor-ann/",
            "payload": {"request_id": "one-of-ann", "rating": rating},
        }
        for number, name, rating in (
            (1, "click-call-agent", None),
            (2, "nps", "call Jane Roe"),
            (3, "nps", 13115550101),
            (4, "nps", 9),
        )
    ]
    path = site.landing / "one_to_one/events/Events.1.1710000000002.a.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in events))
    site.build()
    for text in ("Jane Roe", "13115550101"):
        assert tables_with(site, text) == []
    places, ledger = places_of(site), ledger_of(site)
    ann = Somebody("visitor", "shop", "visitor-ann")
    request = ask(places, ledger, ann)
    rows = plan(places, ledger, request, quiet).tables
    assert rows["marts.one_to_one_auto_messages"] == rows["marts.one_to_one_requests_by_url"] == 1

    run(places, ledger, request, 1.0, quiet)
    assert tables_with(site, "visitor-ann") == []
    assert "marts.one_to_one_auto_messages" in tables_with(site, "visitor-bob")
    assert verify(places, ledger, ledger.request("00000000"), ann.value, quiet).left == []
    for text in ("Jane Roe", "13115550101"):
        assert text not in path.read_text()
    again = bench.site(EVERYTHING)
    shutil.copytree(site.landing, again.landing, dirs_exist_ok=True)
    again.build()
    masked, anew = (
        {name: mart for name, mart in one.marts().items() if name != "erasure_log"}
        for one in (site, again)
    )
    assert mart_differences(anew, masked) == []
    ratings = [
        row for row in again.marts()["value_audit"].records() if row["field"] == "payload.rating"
    ]
    assert sorted((row["value"], row["occurrences"]) for row in ratings) == [
        ("(masked)", 2),
        ("9", 1),
    ]


def test_a_removed_person_leaves_no_row_and_the_report_says_which_dates_move(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ann is removed, Bob masked: of the 4th half is left, of the 5th nothing, of the 6th all."""
    site = bench.site(ONE_TO_ONE)
    shop_of_two(site)
    site.build()
    both = {
        "2024-03-04": (2, 2, 0, 0.0),
        "2024-03-05": (0, 0, 1, 35.0),
        "2024-03-06": (0, 0, 1, 9.0),
    }
    alone = {"2024-03-04": (1, 1, 0, 0.0), "2024-03-06": (0, 0, 1, 9.0)}
    assert days_of(site) == both
    events = site.landing / "one_to_one/events/Events.1.1710000000000.a.json"
    delivered = events.read_text()
    places, ledger = places_of(site), ledger_of(site)
    ann, bob = (Somebody("visitor", "shop", f"visitor-{who}") for who in ("ann", "bob"))
    removal, masking = ask(places, ledger, ann, REMOVE), ask(places, ledger, bob)
    assert plan(places, ledger, removal, quiet).dates == ["2024-03-04", "2024-03-05"]
    assert plan(places, ledger, masking, quiet).dates == []

    with monkeypatch.context() as patch:
        kill_at(patch, removing, "rebuild", 0)
        with pytest.raises(Killed):
            run(places, ledger, removal, 1.0, quiet)
    assert ledger.request(removal.request_id).state == RUNNING
    assert days_of(site) == both
    _, of_bob, _, of_bob_too, survey_of_bob, _ = delivered.split("\n")
    assert events.read_text().split("\n") == ["", of_bob, "", of_bob_too, survey_of_bob, ""]

    def rebuild(*given: Any) -> None:
        del given
        assert site.run(*site.models, "--full-refresh").code == 0

    with monkeypatch.context() as patch:
        patch.setattr(removing, "rebuild", rebuild)
        told = run(places, ledger, removal, 1.0, quiet)
    run(places, ledger, masking, 1.0, quiet)
    assert left_in(site) == {}
    assert tables_with(site, "I am Bob") == []
    assert "marts.one_to_one_daily: 1 row fewer; figures of 2024-03-04 to 2024-03-05 move." in told
    assert not any("2024-03-06" in sentence for sentence in told)
    assert "marts.fct_one_to_one_requests: 1 row fewer; figures of 2024-03-04 move." in told
    assert days_of(site) == alone
    log = {row["request_id"]: row for row in site.marts()["erasure_log"].records()}
    assert [(one["mode"], one["state"]) for one in log.values()] == [
        ("remove", DONE),
        ("mask", DONE),
    ]
    assert log[removal.request_id]["records"] == 3
    assert log[removal.request_id]["table_rows"] > 0
    assert not list(ledger.folder.glob("*.figures.jsonl"))

    # delivered again, Ann stays away; running the request again takes her out of the file, and builds nothing
    again = events.with_name("Events.2.1710000000001.a.json")
    again.write_text(delivered)
    site.build()
    assert days_of(site) == alone
    monkeypatch.setattr(removing, "rebuild", lambda *_: pytest.fail("nothing of her was stored"))
    assert run(places, ledger, removal, 1.0, quiet) == []
    assert "visitor-ann" not in again.read_text()
    found = verify(places, ledger, ledger.request(removal.request_id), ann.value, quiet)
    assert found.left == []
    assert tables_with(site, f"erased-{removal.request_id}") == []
    assert tables_with(site, f"erased-{masking.request_id}")

    # without the ledger she would come back
    ledger.folder.rename(site.folder / "elsewhere")
    refused = site.run()
    assert refused.code != 0
    assert "does not have 2 of the requests" in refused.output
    (site.folder / "elsewhere").rename(ledger.folder)

    # a full refresh without a file would lose what came from it
    again.unlink()
    third_request = ask(places, ledger, Somebody("visitor", "shop", "visitor-cid"), REMOVE)
    before = events.read_bytes()
    with pytest.raises(CommandError, match="read 1 file no longer there"):
        run(places, ledger, third_request, 1.0, quiet)
    assert events.read_bytes() == before


def test_dates_that_follow_one_another_are_a_span() -> None:
    days = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-03", "2024-12-31", "2025-01-01"]
    assert removing.spans(days) == "2024-02-28 to 2024-03-01, 2024-03-03, 2024-12-31 to 2025-01-01"


def test_a_removal_that_cannot_build_says_so(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere than in the project's folder: refused at once, and so is a build that dbt refuses."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DBT_PROJECT_DIR", raising=False)
    with duckdb.connect() as connection, pytest.raises(CommandError, match=r"no dbt_project\.yml"):
        removing.check(LandingRoot(str(tmp_path)), connection)
    with pytest.raises(CommandError, match="full refresh without the person failed"):
        removing.rebuild(tmp_path / "warehouse.duckdb", ledger)


def test_a_request_keeps_its_mode_once_it_was_run(ledger: Ledger) -> None:
    request = Request("00000000", "2026-01-01 00:00:00", "visitor", ACCOUNT, "")
    assert known_request(ledger, request, REMOVE) == "00000000"
    assert ledger.request("00000000").mode == REMOVE
    request.state = DONE
    assert known_request(ledger, request, REMOVE) == "00000000"
    with pytest.raises(CommandError, match="was run with mode remove"):
        known_request(ledger, request, MASK)


def test_a_request_that_matches_too_much_is_refused(world: Built) -> None:
    site = world.site.copy()
    who = people_of(site.warehouse, 6, 1)[0]
    request = ask(places_of(site), ledger_of(site), who)
    found = plan(places_of(site), ledger_of(site), request, quiet)
    assert sum(found.records.values()) > 0
    assert found.tables
    before = {path: path.read_bytes() for path in site.landing.rglob("*") if path.is_file()}
    with pytest.raises(CommandError, match=r"records, .*%, which is more"):
        run(places_of(site), ledger_of(site), request, 0.0, quiet)
    assert before == {path: path.read_bytes() for path in site.landing.rglob("*") if path.is_file()}


def test_two_people_with_one_phone_are_forgotten_together(bench: Bench) -> None:
    """One number in two accounts: the request is one account's, and the other's subscriber stays."""
    site = bench.site()
    lines = [
        {
            "type": "sms.sent",
            "timestamp": 1_700_000_000_000 + n,
            "company": {"company_id": account},
            "subscriber": {"phone": phone},
            "message": {"id": str(n), "type": "CAMPAIGN", "text": "Hallo Jörg"},
        }
        for n, (account, phone) in enumerate(
            [("one", "+4930123456"), ("one", "0049 30 123456"), ("two", "+4930123456")]
        )
    ]
    path = site.landing / "attentive/events/Events.1.1700000000000.a.json.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    erase(site, Somebody("phone", "one", "+49 30 123456"))
    first, second, third = map(json.loads, gzip.decompress(path.read_bytes()).split(b"\n"))
    assert first["subscriber"]["phone"].startswith("erased-")
    assert "text" not in first["message"]
    assert second == lines[1], "no country's code, so no form to compare"
    assert third == lines[2]


@pytest.mark.soak
def test_a_run_killed_anywhere_is_finished_by_the_next(world: Built) -> None:
    """Twenty runs, each killed at some moment of the time that a whole one takes."""
    dice = random.Random("kills")
    people = people_of(world.site.warehouse, 6, 6) + texters_of(world.site.landing, 6, 6)
    expected = {name: mart for name, mart in world.marts.items() if name != "erasure_log"}
    taken = 0.0
    for number in range(21):
        site = world.site.copy()
        assert site.publish().code == 0
        request = ask(places_of(site), ledger_of(site), people[number % len(people)])
        command = [
            sys.executable,
            "-m",
            "parley.privacy",
            "run",
            request.request_id,
            "--share",
            "1",
        ]
        settings = {"PARLEY_ERASURES": str(ledger_of(site).folder)}
        began = time.monotonic()
        process = site.spawn(command, settings)
        if number:
            time.sleep(dice.uniform(0, taken))
            process.kill()
        else:
            assert process.wait().code == 0
            taken = time.monotonic() - began
        run(places_of(site), ledger_of(site), request, 1.0, quiet)
        left = {name: mart for name, mart in site.marts().items() if name != "erasure_log"}
        assert mart_differences(figures(expected), figures(left)) == []
        assert left_in(site) == {}
        assert not list(site.folder.rglob("*.erasing*"))
        shutil.rmtree(site.folder)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(11, 17))
def test_people_forgotten_between_deliveries_stay_so(
    bench: Bench,
    worlds_built: WorldsBuilt,
    seed: int,
) -> None:
    """Deliver a world in batches, and erase some people after each: a full refresh says the same."""
    whole = worlds_built.get(seed, 12, 6, 6)
    site = bench.site(EVERYTHING)
    for number, batch in enumerate(batches_of(whole.files, 3, seed)):
        site.land(batch)
        before = site.build()
        people = people_of(site.warehouse, seed + number, 2)
        people += texters_of(site.landing, seed + number, 2)
        erase(site, *people)
        after = site.marts()
        del before["erasure_log"], after["erasure_log"]
        assert mart_differences(figures(before), figures(after)) == []
    ledger = ledger_of(site)
    for request in ledger.requests():
        run(places_of(site), ledger, request, 1.0, quiet)
    assert left_in(site) == {}
    # a build tells the sizes of files that are not read and were masked
    masked = site.build()
    assert mart_differences(masked, site.build(*EVERYTHING, "--full-refresh")) == []


# -- the command ----------------------------------------------------------------------------------


def privacy(
    folder: Path, *arguments: str, typed: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the command on a folder."""
    settings = more | {
        "PARLEY_LANDING_ROOT": str(folder / "landing"),
        "PARLEY_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        [sys.executable, "-m", "parley.privacy", *arguments],
        input=typed,
        env=settings,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("request --kind visitor --account -1", "no account's id"),
        ("request --kind visitor --account \x1b[31mshop", "no account's id"),
        ("run 00000000 --share nan", "no share from 0 to 1"),
        ("run 00000000 --share -0.1", "no share from 0 to 1"),
        ("run 00000000 --share half", "no share from 0 to 1"),
    ],
)
def test_what_is_no_account_or_share_is_refused(
    capsys: pytest.CaptureFixture[str], arguments: str, words: str
) -> None:
    with pytest.raises(SystemExit):
        main(arguments.split(" "))
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("stream", [None, io.StringIO(""), io.StringIO("\udcff\n")])
def test_a_value_that_is_not_there_or_no_text_is_told(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    """Standard input may be closed, empty, or no UTF-8."""
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(CommandError, match=r"No visitor was given|no UTF-8"):
        typed_value("visitor")


def test_what_is_found_of_a_run_that_died_does_not_end_it(tmp_path: Path) -> None:
    """A run to remove dies while it builds: the person is still published, which no look may call done."""
    places, ledger = orders_of_one(tmp_path, "Orders.1.1700000000000.a.json")
    request = ask(places, ledger, Somebody("visitor", "shop", "visitor-123"), REMOVE)
    request.state = RUNNING
    ledger.save(request)
    assert verify(places, ledger, request, "visitor-123", quiet).left
    assert ledger.request(request.request_id).state == RUNNING


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("email", "zed.quux@example.com", "Zed.Quux@Example.com"),
        ("email", "Zed.Quux@Example.com", "https://shop.example/?e=zed.quux%40example.com"),
        ("email", "zed.quux@example.com", "zed.quux\\u0040EXAMPLE.com"),
        ("phone", "+13115550101", "tel:%2b13115550101"),
        ("phone", "+13115550101", "call \\u002B13115550101"),
        ("phone", "+13115550101", "\\u002b\\u0031\\u0033115550101"),
    ],
)
def test_what_somebody_else_wrote_is_found_however_it_is_written(
    tmp_path: Path, kind: str, value: str, written: str
) -> None:
    """In a field that no build reads, in another case, in an address, and in JSON's escapes."""
    event = {"type": "sms.inbound_message", "timestamp": 1767261600000}
    event |= {"company": {"company_id": "shop"}, "subscriber": {"phone": "+13115550199"}}
    path = tmp_path / "landing/attentive/events/Events.1.1700000000000.a.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(event | {"message": {"text": "TEXT"}}).replace("TEXT", written))
    places = Places(LandingRoot(str(tmp_path / "landing")), tmp_path / "none", tmp_path / "nor")
    ledger = Ledger(tmp_path / "erasures")
    number = ask(places, ledger, Somebody(kind, "shop", value)).request_id
    run(places, ledger, ledger.request(number), 1.0, quiet)
    assert verify(places, ledger, ledger.request(number), value, quiet).left == [
        "attentive/events/Events.1.1700000000000.a.json, line 1, has the text in some other field."
    ]
    path.write_text(
        json.dumps(event | {"message": {"text": "\\u004 %4 \\ 13115550102 @example.com"}})
    )
    assert verify(places, ledger, ledger.request(number), value, quiet).left == []


def orders_of_one(tmp_path: Path, name: str) -> tuple[Places, Ledger]:
    """A landing root with an order of visitor-123, and a ledger."""
    path = tmp_path / "landing/one_to_one/orders" / name
    path.parent.mkdir(parents=True)
    path.write_text('{"account_id": "shop", "visitor_id": "visitor-123", "order_id": "o-1"}\n')
    places = Places(
        LandingRoot(str(tmp_path / "landing")),
        tmp_path / "p.duckdb",
        tmp_path / "parley_marts.duckdb",
    )
    return places, Ledger(tmp_path / "landing.erasures")


def test_a_file_with_the_longest_name_there_is_can_be_masked(tmp_path: Path) -> None:
    name = f"Orders.1.1700000000000.{'a' * 227}.json"
    assert len(name) == 255
    places, ledger = orders_of_one(tmp_path, name)
    request = ask(places, ledger, Somebody("visitor", "shop", "visitor-123"))
    run(places, ledger, request, 1.0, quiet)
    folder = tmp_path / "landing/one_to_one/orders"
    assert [path.name for path in folder.iterdir()] == [name]
    assert "visitor-123" not in (folder / name).read_text()


def test_a_line_too_long_to_be_looked_at_keeps_its_place(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read in parts, the last of which has no line break; as one that is broken it goes whole."""
    monkeypatch.setattr(landed, "BLOCK_BYTES", 10)
    monkeypatch.setattr(landed, "LONGEST_LINE", 100)
    monkeypatch.setenv("PARLEY_LONGEST_LINE", "50")
    feed, name = "one_to_one/orders", "Orders.1.1700000000000.a.json"
    path = tmp_path / "landing" / feed / name
    path.parent.mkdir(parents=True)

    def order(visitor: str, order_id: str) -> str:
        return f'{{"account_id":"{ACCOUNT}","visitor_id":"{visitor}","order_id":"{order_id}"}}'

    long, own, last = order("v-123", "x" * 150), order("v-123", "1"), order("v-123", "y" * 99)
    path.write_text("\n".join([order("v-2", "2"), long, "", own, last]))
    rewriter = forgetting(ledger, WEB, "v-123")
    root = LandingRoot(str(tmp_path / "landing"))
    assert landed.mask_file(root, feed, name, rewriter, set()) == 1
    masked = rewriter.line(feed, own)
    assert path.read_text().split("\n") == [order("v-2", "2"), long, "", masked, last]
    assert landed.mask_file(root, feed, name, rewriter, {2, 5}) == 2
    assert path.read_text().split("\n") == [order("v-2", "2"), "erased", "", masked, "erased"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(errno.ENOSPC, "make room on its disk"), (errno.EROFS, "permission to write")],
)
def test_a_disk_that_takes_nothing_is_told_with_its_remedy_and_nothing_half_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str
) -> None:
    places, ledger = orders_of_one(tmp_path, "Orders.1.1700000000000.a.json")
    request = ask(places, ledger, Somebody("visitor", "shop", "visitor-123"))

    def refuse(descriptor: int) -> None:
        del descriptor
        raise OSError(code, os.strerror(code))

    files = sorted(tmp_path.rglob("*"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(CommandError, match=rf"The ledger of erasures, .*jsonl.*{remedy}"):
            ledger.save(request)
        with pytest.raises(CommandError, match=rf"cannot be replaced .*{remedy}"):
            landed.mask_file(
                places.root,
                "one_to_one/orders",
                "Orders.1.1700000000000.a.json",
                everything_goes(),
                {1},
            )
    assert sorted(tmp_path.rglob("*")) == files


def everything_goes() -> Rewriter:
    """A rewriter that leaves lines to those who name them as broken."""

    class Nothing:
        def raw_line(self, feed: str, line: bytes) -> bytes:
            del feed
            return line

    return Nothing()  # type: ignore[return-value]


def test_the_command_forgets_a_shopper_without_a_warehouse(tmp_path: Path) -> None:
    path = tmp_path / "landing/one_to_one/orders/Orders.1.1700000000000.a.json"
    path.parent.mkdir(parents=True)
    order = {
        "account_id": "shop",
        "visitor_id": "visitor-123",
        "order_id": "o-1",
        "subtotal": "9.50",
    }
    path.write_text(
        json.dumps(order) + "\n" + json.dumps(order | {"visitor_id": "w", "order_id": "o-2"}) + "\n"
    )
    arguments = ("request", "--kind", "visitor", "--account", "shop")
    assert "No visitor was given" in privacy(tmp_path, *arguments, typed="\n").stderr
    two = privacy(tmp_path, *arguments, typed="visitor-123\nvisitor-124\n")
    assert (two.returncode, "one visitor at a time" in two.stderr) == (1, True)
    assert "forgotten already" in privacy(tmp_path, *arguments, typed=f"{TOKEN}\n").stderr
    request = privacy(tmp_path, *arguments, typed="visitor-123\n").stdout.strip()
    assert privacy(tmp_path, *arguments, typed="visitor-123\n").stdout.strip() == request
    assert "one_to_one/orders" in privacy(tmp_path, "plan", request).stdout
    refused = privacy(tmp_path, "run", request)
    assert refused.returncode == 1
    assert "repeat with --share 0.501" in refused.stderr
    done = privacy(tmp_path, "run", request, "--share", "0.51")
    assert (done.returncode, "There is no warehouse at " in done.stdout) == (0, True)
    first, second, last = path.read_text().split("\n")
    assert json.loads(first)["subtotal"] == "9.50"
    assert "visitor-123" not in first
    assert json.loads(second)["visitor_id"] == "w"
    assert last == ""
    wrong = privacy(tmp_path, "verify", request, typed="visitor-124\n")
    assert "That is not the visitor" in wrong.stderr
    # ids of a run that was killed when they did not fit in memory
    spilled = tmp_path / "landing.erasures/ids.tmp/duckdb_temp_storage_S32K-0.tmp"
    spilled.parent.mkdir()
    spilled.write_text("visitor-123")
    found = privacy(tmp_path, "verify", request, typed="visitor-123\n")
    assert (found.returncode, f"{spilled.name} has the text" in found.stdout) == (1, True)
    assert privacy(tmp_path, "plan", request).returncode == 0
    assert not spilled.exists()
    # a mistyped setting must not pass for a proof, nor may tables that this command does not know
    found = privacy(tmp_path, "verify", request, typed="visitor-123\n")
    assert found.returncode == 1
    assert "set PARLEY_WAREHOUSE to it" in found.stdout
    assert "not everything was searched" in found.stderr
    assert "verified" not in privacy(tmp_path, "list").stdout
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()
    found = privacy(tmp_path, "verify", request, typed="visitor-123\n", PARLEY_TARGET="spark")
    assert found.returncode == 1
    assert "dbt build --target spark --full-refresh" in found.stdout
    found = privacy(tmp_path, "verify", request, typed="visitor-123\n")
    assert (found.returncode, "nothing is left" in found.stdout) == (0, True)
    assert "verified" in privacy(tmp_path, "list").stdout
    assert "There is no request 'x'" in privacy(tmp_path, "run", "x").stderr
    elsewhere = privacy(tmp_path, *arguments[:-1], "market", typed="visitor-123\n").stdout.strip()
    assert "Nothing of this visitor was found in account market" in (
        privacy(tmp_path, "run", elsewhere).stdout
    )
