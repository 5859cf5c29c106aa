"""What is kept no longer than agreed: texts, answers, rejected lines, superseded versions."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from parley.summary_due import read_due
from parley.summary_figures import Marts
from rig import Bench, Site, json_lines, landed, read_rows
from rig.records import DELIVERED, File

DAY = 86_400_000
CONVERSATIONS, SHOPS = "liveperson/messaging_interactions", "one_to_one/events"
#: What holds texts, and the scores that are counted.
TEXTS = (
    *("run", "--select", "+marketplace_messages", "+marketplace_conversations"),
    *("+one_to_one_nps_feedback", "+int_conversations", "+quarantined_records"),
)
ACCOUNTS = (
    b"account_id,provider_account_id,transcript_sharing,transcript_retention_days\n"
    b"brand,mall,yes,10\nforever,mall,yes,\nshop,,,10\n"
)


def conversation(
    account: str, name: str, days: dict[str, float], closed: float | None, text: str = ""
) -> dict[str, Any]:
    """A conversation with a message per name, so many days before the first delivery, and a survey."""

    def at(day: float) -> int:
        return round(DELIVERED - day * DAY)

    return {
        "info": {
            **{"brandId": account, "conversationId": name, "startTimeL": at(max(days.values()))},
            **(
                {"status": "OPEN"}
                if closed is None
                else {"status": "CLOSE", "endTimeL": at(closed)}
            ),
        },
        "messageRecords": [
            {
                **{"messageId": said, "timeL": at(day), "sentBy": "Consumer"},
                "messageData": {"msg": {"text": f"{said}{text}"}},
            }
            for said, day in days.items()
        ],
        "conversationSurveys": [
            {
                "surveyData": [
                    {"question": "?", "questionType": kind, "answer": answer}
                    for kind, answer in (
                        *(("csat", "5"), ("csat", "0612345678"), ("custom", "fine")),
                        ("CSAT", "4"),  # no kind of question that is known: words
                    )
                ]
            }
        ],
    }


def survey(day: float, feedback: str) -> dict[str, Any]:
    return {
        **{"account_id": "shop", "event_id": feedback, "event_name": "nps", "visitor_id": "v"},
        "occurred_at": round(DELIVERED - day * DAY),
        "payload": {"rating": 4, "feedback": feedback, "status": "submitted"},
    }


FIRST = [
    File("accounts.csv", ACCOUNTS),
    landed(
        CONVERSATIONS,
        json_lines(
            [
                conversation("brand", "a", {"twelve": 12, "five": 5}, None),
                conversation("brand", "b", {"eleven": 11, "nine": 9}, 9),
                conversation("forever", "c", {"once": 400}, 390),
            ]
        )
        + b"old line\n",
    ),
    landed(SHOPS, json_lines([survey(11, "eleven"), survey(3, "three")])),
]
LATER = [
    landed(
        CONVERSATIONS,
        json_lines([conversation("forever", "c", {"once": 400}, 390, text=" more")])
        + b"new line\n",
        DELIVERED + 6 * DAY,
        name="part-1",
    )
]
THREE_DAYS = {"PARLEY_RAW_LINE_DAYS": "3", "PARLEY_SUPERSEDED_DAYS": "3"}


def kept(site: Site) -> dict[str, Any]:
    """What is there to read, wherever the warehouse holds it."""

    def column(query: str) -> list[str]:
        return [value for (value,) in read_rows(site.warehouse, f"{query} order by 1") if value]

    texts = column("select text from marts.marketplace_messages")
    assert texts == column("select message_text from staging.stg_liveperson__messages")
    feedback = column("select feedback from marts.one_to_one_nps_feedback")
    for table in ("stg_one_to_one__events", "stg_one_to_one__event_deliveries"):
        assert column(f"select feedback from staging.{table}") == feedback
    answers = "select answer_text from staging.stg_liveperson__survey_answers"
    published = column(
        "select unnest(json_extract_string(survey_answers, '$[*].answer')) "
        "from marts.marketplace_conversations"
    )
    assert published == column(answers)
    return {
        "texts": texts,
        "feedback": feedback,
        "words": column(f"{answers} where answer_text <> '5'"),
        "delivered": column(
            "select distinct unnest(messages).message_text "
            "from staging.stg_liveperson__conversation_deliveries"
        ),
        "raw_lines": column("select raw_line from marts.quarantined_records"),
    }


def counted(site: Site) -> list[tuple[Any, ...]]:
    """Figures of conversations: answers that are scores count for ever."""
    return read_rows(
        site.warehouse,
        "select account_id, conversation_id, csat_valid, csat_good "
        "from intermediate.int_conversations order by all",
    )


def due_today(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the summary says is due, were every delivery superseded by a copy of itself."""
    monkeypatch.setenv("PARLEY_RAW_LINE_DAYS", "3")
    monkeypatch.setenv("PARLEY_SUPERSEDED_DAYS", "4")
    with duckdb.connect(str(site.warehouse)) as connection:
        connection.execute("begin")
        for table in (
            "stg_liveperson__conversation_deliveries",
            "stg_one_to_one__event_deliveries",
        ):
            connection.execute(
                f"insert into staging.{table} select * replace ('older' as file_name) from staging.{table}"
            )
        found = read_due(connection, Marts(connection))
        connection.execute("rollback")
    return found


def test_texts_are_kept_as_long_as_agreed_and_figures_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten days for `brand` and `shop`, no limit for `forever`; then raw lines and old versions for three.

    1. Delivered on day 0, so what is older than ten days has no text: of a conversation that goes on, the
       message of twelve days ago has none and that of five days ago has one. It is open and began twelve days
       ago, so its answers in words are gone, and those of the one that was closed nine days ago are there.
       A score is no word: the 5 stays, digits that are no score (a telephone number) do not. Answers of an open
       conversation are not counted yet.
    2. Six days later a new version of what `forever` said comes: four days ago begins what `brand` keeps.
       The old version's text, six days old, is gone; the line rejected on day 0 is null, the new one is there.
    3. A full refresh ends in the same.

    By today's date all of this is due, which the summary tells: of superseded versions those with a text.
    """
    site = bench.site(TEXTS)
    site.land(FIRST)
    site.build()
    assert kept(site) == {
        "texts": ["five", "nine", "once"],
        "feedback": ["three"],
        "words": ["0612345678", "0612345678", "4", "4", "fine", "fine"],
        "delivered": ["five", "nine", "once"],
        "raw_lines": ["old line"],
    }
    with monkeypatch.context() as patch:
        assert due_today(site, patch) == [
            ("rejected lines", None, 3, 1),
            ("texts", "brand", 10, 2),
            ("texts", "shop", 10, 1),
            ("texts of superseded versions", None, 4, 4),
        ]
    before = counted(site)
    assert before == [("brand", "a", 0, 0), ("brand", "b", 1, 1), ("forever", "c", 1, 1)]

    site.land(LATER)
    last = {
        "texts": ["once more"],
        "feedback": ["three"],
        "words": ["0612345678", "4", "fine"],
        "delivered": ["once more"],
        "raw_lines": ["new line"],
    }
    for arguments in ((), (*TEXTS, "--full-refresh")):
        done = site.run(*arguments, settings=THREE_DAYS)
        assert done.code == 0, done.output[-3000:]
        assert kept(site) == last
        assert counted(site) == before
    refused = site.run(settings={"PARLEY_RAW_LINE_DAYS": "٣\x1b[7m"})
    assert refused.code != 0
    assert r'PARLEY_RAW_LINE_DAYS says "٣\x1b[7m"' in refused.output
