"""Whatever bytes arrive: nothing is fatal, every line is accounted for, good records are unharmed."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rig import EVERYTHING, Bench, Marts, Site, json_lines, landed, page
from rig.fuzz import RECORDS, T0, change, conversation, fuzzed_line
from rig.records import File

STEADY = "steady"
TALKS = "liveperson/messaging_interactions"
CHANGES = "liveperson/agent_status_changes"
BUILDS = settings(
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    database=None,
)
MEGABYTES = 4 * 1024 * 1024


def steady_files() -> dict[str, list[bytes]]:
    """Good records of an account that the fuzz does not name."""
    dice = random.Random("steady")
    found = {}
    for feed, build in RECORDS.items():
        text = json_lines(build(dice) for _ in range(5)).decode()
        found[feed] = text.replace('"fuzz"', f'"{STEADY}"').encode().splitlines()
    return found


def folder(feed: str, account: str) -> str:
    return f"account_id={account}/" if feed.endswith("changes") else ""


def long_lines(feed: str) -> list[bytes]:
    """Lines of four megabytes: one good record in a page, and three that are not."""
    record = json.dumps(RECORDS[feed](random.Random("long"))).encode()
    return [
        record[:-1] + b', "zz": "' + b"z" * MEGABYTES + b'"}',
        b'{"a": "' + b"\\u00e9" * (MEGABYTES // 6),
        b"[" * MEGABYTES,
        b"\xff" * MEGABYTES,
    ]


def fuzzed_files(seed: int, count: int) -> list[File]:
    """A file of fuzz for every feed, with the steady account's records among it."""
    files = []
    steady = steady_files()
    for feed in RECORDS:
        dice = random.Random(f"{seed}/{feed}")
        lines = [fuzzed_line(dice, feed) for _ in range(count)]
        if not folder(feed, STEADY):
            for line in steady[feed]:
                lines.insert(dice.randrange(len(lines)), line)
        newline = dice.choice((b"\n", b"\r\n"))
        files.append(
            landed(feed, newline.join(lines), T0 + seed, f"fuzz-{seed}", folder(feed, "fuzz"))
        )
    return files


def blank(line: bytes) -> bool:
    return not line.strip().removeprefix(b"\xef\xbb\xbf").strip()


def check_balance(marts: Marts, files: list[File]) -> None:
    audit = {(r["feed"], r["file_name"]): r for r in marts["landing_audit"].records()}
    listed = Counter(row[:2] for row in marts["quarantined_records"].rows)
    for file in files:
        feed = next(name for name in RECORDS if file.path.startswith(name))
        key = (feed, file.path.removeprefix(f"{feed}/"))
        row = audit[key]
        delivered = sum(not blank(line) for line in file.content.split(b"\n"))
        classes = [row[f"lines_{kind}"] for kind in ("accepted", "superseded", "quarantined")]
        assert row["lines_delivered"] == delivered == sum(classes), key
        assert classes[2] <= listed[key] <= delivered
    assert all(count == 1 for count in Counter(row[:3] for row in listed).values())


def steady_rows(marts: Marts) -> list[str]:
    """What the marts say of the steady account."""
    return [
        f"{name} {row}" for name, mart in marts.items() for row in mart.rows if row[0] == STEADY
    ]


class Undisturbed:
    """What they say of it where nobody else is."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return f"{len(self.rows)} rows"


@pytest.fixture(scope="module")
def undisturbed(bench: Bench) -> Undisturbed:
    site = bench.site()
    site.land(
        landed(feed, b"\n".join(lines), T0, "good", folder(feed, STEADY))
        for feed, lines in steady_files().items()
    )
    found = Undisturbed(steady_rows(site.build(*EVERYTHING)))
    assert len(found.rows) > 20
    return found


def check_fuzz(site: Site, seed: int, count: int, undisturbed: Undisturbed) -> Marts:
    """Land fuzz twice: on no warehouse, and on the one that came of it."""
    changes = "liveperson/agent_status_changes"
    good = landed(changes, b"\n".join(steady_files()[changes]), T0, "good", folder(changes, STEADY))
    first, second = fuzzed_files(seed, count), fuzzed_files(seed + 1, count // 4)
    site.land([good, *first])
    check_balance(site.build(*EVERYTHING), first)
    site.land(second)
    marts = site.build(*EVERYTHING)
    check_balance(marts, [*first, *second])
    assert steady_rows(marts) == undisturbed.rows
    return marts


@given(seed=st.integers(0, 10**6))
@settings(BUILDS, max_examples=1, derandomize=True)
def test_no_line_is_fatal(
    bench: Bench,
    undisturbed: Undisturbed,
    seed: int,
) -> None:
    marts = check_fuzz(bench.site(), seed, 1500, undisturbed)
    reasons = {row["reason"] for row in marts["quarantined_records"].records()}
    assert reasons == {
        "bad_encoding",
        "not_json",
        "not_an_object",
        "wrong_shape",
        "missing_key",
        "bad_event_time",
    }


@pytest.mark.soak
@given(seed=st.integers(0, 10**6))
@settings(BUILDS, max_examples=25)
def test_no_line_is_fatal_at_length(
    bench: Bench,
    undisturbed: Undisturbed,
    seed: int,
) -> None:
    check_fuzz(bench.site(), seed, 6000, undisturbed)


def test_a_long_page_costs_no_more_than_its_records(site: Site) -> None:
    dice = random.Random("page")
    talks, changes = [], []
    for number in range(200):
        talk = conversation(dice)
        talk["info"]["conversationId"] = f"p{number}"
        talks.append(talk | {"summary": {"text": "z" * 20_000}})
        changes.append(change(dice) | {"sessionId": number, "statusReasonText": "z" * 20_000})
    site.land(
        [
            landed(TALKS, json_lines([page("conversationHistoryRecords", *talks)] * 3)),
            landed(
                CHANGES, json_lines([page("stateChanges", *changes)] * 3), folder="account_id=A/"
            ),
        ]
    )
    marts = site.build()
    assert [
        (row["lines_accepted"], row["lines_superseded"]) for row in marts["landing_audit"].records()
    ] == [(1, 2), (1, 2)]


def test_long_lines_are_lines_like_others(site: Site) -> None:
    files = [
        landed(feed, b"\n".join(long_lines(feed)), T0, "long", folder(feed, "fuzz"))
        for feed in RECORDS
    ]
    site.land(files)
    marts = site.build()
    check_balance(marts, files)
    for row in marts["landing_audit"].records():
        assert (row["lines_accepted"], row["lines_quarantined"]) == (1, 3), row
    reasons = Counter(row["reason"] for row in marts["quarantined_records"].records())
    assert reasons == {"not_json": 2 * len(RECORDS), "bad_encoding": len(RECORDS)}
