"""What a provider gets to see: texts with consent only, figures always, and counts of a range."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.landing import MESSAGING
from parley.marts import literal
from rig import EVERYTHING, Bench, Marts, Site, json_lines, landed, mart_differences, page
from rig.marts import Mart
from rig.records import File

START = 1_780_300_800_000  # 2026-06-01T08:00Z
MINUTE, DAY = 60_000, 86_400_000
NET = "net"
SHOPS = ("ropes", "kites", "lamps")
CHANGES = "kites"
#: Words that stand in texts and nowhere else.
SECRETS = ("SECRET-typed", "SECRET-bot", "SECRET-human", "SECRET-answer", "SECRET-survey")
CONSENT = {"is_transcript_shared", "text", "survey_answers"}


def said(at: int, who: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "timeL": at,
        "participantId": who,
        "sentBy": "Consumer" if who == "shopper" else "Agent",
        "messageData": {"msg": {"text": text}},
        "messageId": f"{who}-{at}",
        "dialogId": "main",
        **more,
    }


def talk(account: str, day: int, is_handed_over: bool) -> dict[str, Any]:
    """A conversation of a day: a bot answers, and a person after it has handed over."""
    start = START + day * DAY
    name = f"{account} {day}"
    info = {
        "brandId": account,
        "conversationId": name,
        "startTimeL": start,
        "endTimeL": start + 60 * MINUTE,
        "status": "CLOSE",
        "closeReason": "CONSUMER",
        "mcs": 20,
        "csat": 4,
    }
    messages = [
        said(start + MINUTE, "shopper", f"SECRET-typed {name}"),
        said(start + 2 * MINUTE, "bot", f"SECRET-bot {name}"),
        said(start + 50 * MINUTE, "shopper", f"SECRET-survey {name}", dialogId="after"),
    ]
    agents = [{"agentId": "bot", "userType": "2", "permission": "ASSIGNED_AGENT", "timeL": start}]
    transfers = []
    if is_handed_over:
        handed_over = start + 3 * MINUTE
        transfers.append({"timeL": handed_over, "reason": "Skill", "by": "bot"})
        agents.append(agents[0] | {"agentId": "amy", "userType": "1", "timeL": handed_over})
        messages.append(said(handed_over + 90_000, "amy", f"SECRET-human {name}"))
    survey = {
        "questionType": "custom",
        "question": "Anything else?",
        "answer": f"SECRET-answer {name}",
    }
    return {
        "info": info,
        "messageRecords": messages,
        "agentParticipants": agents,
        "transfers": transfers,
        "dialogs": [
            {"dialogId": "main", "dialogType": "MAIN"},
            {"dialogId": "after", "dialogType": "POST_SURVEY"},
        ],
        "conversationSurveys": [{"surveyData": [survey]}],
    }


def accounts(changing: str) -> File:
    """The shops, of which ropes always share and lamps never do."""
    consent = {"ropes": "Yes", "lamps": "", CHANGES: changing}
    lines = [f"{shop},{NET},{consent[shop]}" for shop in SHOPS]
    header = "account_id,provider_account_id,transcript_sharing"
    return File("accounts.csv", "\n".join((header, *lines, "")).encode())


@dataclass(frozen=True)
class Stage:
    """What the warehouse and the published file held after a build."""

    marts: Marts
    shared: dict[str, set[str]]
    published: Path


def texts_in(database: Path) -> dict[str, set[str]]:
    """The secrets in each shop's name that stand anywhere in the schema marts of a database."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(database))} as looked_at (read_only)")
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where database_name = 'looked_at' and schema_name = 'marts'"
        ).fetchall()
        assert columns
        found: dict[str, set[str]] = {shop: set() for shop in SHOPS}
        for table, column in columns:
            values = connection.execute(
                f'select cast("{column}" as varchar) from looked_at.marts."{table}"'
                f" where contains(cast(\"{column}\" as varchar), 'SECRET')"
            ).fetchall()
            for (value,) in values:
                for shop in SHOPS:
                    if shop in value:
                        found[shop] |= {secret for secret in SECRETS if secret in value}
    return found


def stage(site: Site, name: str, consent: str) -> Stage:
    """Build with a consent and publish."""
    site.land([accounts(consent)])
    marts = site.build()
    done = site.publish()
    assert done.code == 0, done.output
    kept = site.folder / f"{name}.duckdb"
    kept.write_bytes(site.published.read_bytes())
    shared = texts_in(site.warehouse)
    assert shared == texts_in(kept), "what is published is what was built"
    return Stage(marts, shared, kept)


@pytest.fixture(scope="module")
def site(bench: Bench) -> Site:
    """Shops that are active on one, two and three days: five bot-only talks and one handed over."""
    site = bench.site(EVERYTHING)  # only what was built whole may be published
    records = [
        talk(shop, day, is_handed_over=(shop == CHANGES and day == 1))
        for index, shop in enumerate(SHOPS)
        for day in range(index + 1)
    ]
    site.land([landed(MESSAGING, json_lines([page("conversationHistoryRecords", *records)]))])
    return site


@pytest.fixture(scope="module")
def stages(site: Site) -> dict[str, Stage]:
    """Consent given, withdrawn and given back, with a build each."""
    return {name: stage(site, name, consent) for name, consent in CONSENTS.items()}


CONSENTS = {"given": "true", "withdrawn": "no", "given back": "1"}
#: Texts of the main dialog, and what was answered in a survey; its messages are no mart's.
TEXTS = {"SECRET-typed", "SECRET-bot", "SECRET-answer"}


@pytest.mark.parametrize("name", CONSENTS)
def test_texts_are_there_with_consent_and_nowhere_without(
    stages: dict[str, Stage], name: str
) -> None:
    changing = set() if name == "withdrawn" else TEXTS | {"SECRET-human"}
    assert stages[name].shared == {"ropes": TEXTS, CHANGES: changing, "lamps": set()}


def test_no_byte_of_a_withdrawn_text_is_published(stages: dict[str, Stage]) -> None:
    content = stages["withdrawn"].published.read_bytes()
    assert b"SECRET-human" not in content
    assert f"SECRET-typed {CHANGES}".encode() not in content


def without(marts: Marts, columns: set[str]) -> Marts:
    """The marts without some columns."""
    found = {}
    for name, mart in marts.items():
        kept = [place for place, column in enumerate(mart.columns) if column[0] not in columns]
        rows = [tuple(row[place] for place in kept) for row in mart.rows]
        found[name] = Mart(
            tuple(mart.columns[place] for place in kept), tuple(sorted(rows, key=repr))
        )
    return found


def test_figures_and_metadata_need_no_consent(stages: dict[str, Stage]) -> None:
    given, withdrawn = stages["given"].marts, stages["withdrawn"].marts
    assert mart_differences(given, withdrawn), "consent has to show somewhere"
    assert mart_differences(without(given, CONSENT), without(withdrawn, CONSENT)) == []
    assert mart_differences(given, stages["given back"].marts) == []
    messages = withdrawn["marketplace_messages"].records()
    assert sum(row["account_id"] == CHANGES for row in messages) == 5
    (row,) = [
        row
        for row in withdrawn["marketplace_conversations"].records()
        if row["conversation_id"] == f"{CHANGES} 1"
    ]
    assert row["first_human_response_wait_seconds"] == 90
    assert not row["is_transcript_shared"]
    assert "Anything else?" in row["survey_answers"]


def test_active_subscribers_of_a_range_are_counted_not_summed(stages: dict[str, Stage]) -> None:
    marts = stages["given"].marts
    summed = sum(r["active_subscribers"] for r in marts["marketplace_provider_summary"].records())
    days = marts["marketplace_subscriber_days"].records()
    counted = {row["account_id"] for row in days if row["is_active"]}
    assert (summed, len(counted)) == (6, 3)
    by_day: dict[Any, set[str]] = {}
    for row in days:
        if row["is_active"]:
            by_day.setdefault(row["date_day"], set()).add(row["account_id"])
    for row in marts["marketplace_provider_summary"].records():
        assert row["active_subscribers"] == len(by_day.get(row["date_day"], ()))
