"""The last step from a figure: the landed file and line that a mart names hold the record."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from parley.dashboards.definitions import definitions
from parley.dashboards.publication import Publication, open_publication
from parley.dashboards.questions import Question
from parley.dashboards.records import ADDED_UP, KINDS, kind_of, records_of
from parley.marts import literal
from rig.demo import Demo


@pytest.fixture(scope="module")
def publication(demo: Demo) -> Iterator[Publication]:
    with open_publication(demo.published) as opened:
        yield opened


@cache
def lines(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).split(b"\n")


def line_of(root: Path, file: str, number: int) -> str:
    return lines(root / file)[number - 1].decode()


def says(line: str, value: str) -> bool:
    return f'"{value}"' in line


def test_the_line_of_a_conversion_and_of_its_conversation(
    demo: Demo,
    publication: Publication,
) -> None:
    """A conversion's line is that of the visit in which the goal was reached."""
    rows = publication.records(
        """
        select
            conversions.conversion_id, conversions.conversation_id,
            visits.feed || '/' || visits.file_name as goal_file, visits.line_number as goal_line,
            talks.feed || '/' || talks.file_name as talk_file, talks.line_number as talk_line
        from marts.attributed_conversions as conversions
        inner join marts.record_lines as visits
            on
                visits.record_kind = 'visit'
                and visits.account_id = conversions.account_id
                and visits.record_id = conversions.visit_id
        inner join marts.record_lines as talks
            on
                talks.record_kind = 'conversation'
                and talks.account_id = conversions.account_id
                and talks.record_id = conversions.conversation_id
        order by conversions.account_id, conversions.conversion_id
        limit 50
        """
    )
    assert len(rows) == 50
    for row in rows:
        assert row["goal_file"].startswith("liveperson/web_sessions/")
        assert says(
            line_of(demo.landing, row["goal_file"], row["goal_line"]), row["conversion_id"]
        ), row
        assert says(
            line_of(demo.landing, row["talk_file"], row["talk_line"]), row["conversation_id"]
        ), row


def test_rows_behind_a_figure_name_the_line_with_their_record(
    demo: Demo,
    publication: Publication,
) -> None:
    seen = set()
    for dataset in publication.records(
        "select mart, min(metric_id) as metric_id from marts.metric_datasets group by mart"
    ):
        kind = kind_of(publication, dataset["mart"])
        for found in records_of(publication, Question(dataset["metric_id"], ()), limit=40):
            if kind is None or found.mart != dataset["mart"]:
                continue
            assert not found.note
            for row in found.rows.to_pylist():
                line = line_of(demo.landing, row["landed_file"], row["landed_line"])
                assert says(line, row[f"{kind}_id"]), (found.mart, row)
                seen.add(kind)
    assert seen == set(KINDS)


@pytest.mark.parametrize(
    ("mart", "instant", "field"),
    [
        ("concierge_texts", "occurred_at", "timestamp"),
        ("concierge_orders", "ordered_at", "occurredAt"),
    ],
)
def test_the_line_of_a_text_and_of_an_order(
    demo: Demo,
    publication: Publication,
    mart: str,
    instant: str,
    field: str,
) -> None:
    rows = publication.records(
        f"select feed || '/' || file_name as file, line_number, {instant} as at from marts.{mart} "
        "order by hash(file_name, line_number) limit 50"
    )
    assert len(rows) == 50
    for row in rows:
        said = json.loads(line_of(demo.landing, row["file"], row["line_number"]))[field]
        at = (
            datetime.fromisoformat(said)
            if isinstance(said, str) and not said.isdigit()
            else datetime.fromtimestamp(int(said) / 1000, UTC)
        )
        assert at.astimezone(UTC).replace(tzinfo=None) == row["at"], (mart, row)


def test_the_rows_of_texts_and_orders_are_the_reports_figures(publication: Publication) -> None:
    (row,) = publication.records(
        """
        select
            (select count_if(opens_conversation) from marts.concierge_texts) as talks,
            (select count_if(kind = 'agent_message') from marts.concierge_texts) as outbound,
            (select count(*) from marts.concierge_orders) as orders,
            sum(concierge_conversations) as all_talks,
            sum(concierge_outbound_messages) as all_outbound,
            (select sum(orders) from marts.fct_concierge_orders) as all_orders
        from marts.concierge_conversation
        """
    )
    assert row["talks"] == row["all_talks"] > 0
    assert row["outbound"] == row["all_outbound"] > 0
    assert row["orders"] == row["all_orders"] > 0


@pytest.mark.parametrize(
    ("metric", "parts"),
    [
        ("concierge_conversations", ["conversations"]),
        ("concierge_conversations_campaigns", ["conversations where origin = 'campaign'"]),
        ("concierge_conversions", ["orders"]),
        ("concierge_outbound_messages", ["sends agent_messages"]),
        ("livesms_escalations", ["sends escalations where program = 'LIVE_SMS'"]),
        ("concierge_cvr", ["conversations", "orders"]),
        ("concierge_response_rate", ["conversations", "sends other_sends"]),
    ],
)
def test_the_rows_behind_a_report_are_the_texts_and_orders_that_it_counts(
    publication: Publication, metric: str, parts: list[str]
) -> None:
    """As many as the figure adds up, of everything and of one journey."""
    (least,) = publication.records("select min(journey_id) as journey from marts.concierge_orders")
    chosen = [()]
    if definitions(publication).filters[metric]["journey"]["is_possible"]:
        chosen.append((("journey", (least["journey"],)),))
    for filters in chosen:
        found = records_of(publication, Question(metric, filters=filters), limit=9**9)
        for single, part in zip(found, parts, strict=True):
            named, _, condition = part.partition(" where ")
            fact, _, column = named.partition(" ")
            (expected,) = publication.records(
                f"select sum({column or fact})::bigint as number from marts.fct_concierge_{fact} "
                f"where ({condition or 'true'}) and ($journey is null or journey_id = $journey)",
                {"journey": least["journey"] if filters else None},
            )
            assert single.number == single.rows.num_rows == expected["number"] > 0
            assert not single.note
            named = {"landed_file", "landed_line", column or fact}
            assert named <= set(single.rows.column_names)


def test_a_sum_says_that_it_has_no_line_and_who_has(publication: Publication) -> None:
    question = Question("total_conversions_after_engagement", ())
    (sums,) = (
        found for found in records_of(publication, question) if found.mart == "conversions_daily"
    )
    assert sums.note.endswith(
        "no file and line; `attributed_conversions` has each conversion, with its visit."
    )
    assert "landed_file" not in sums.rows.column_names
    marts = {
        row["mart"]
        for row in publication.records("select distinct mart from marts.metric_datasets")
    }
    assert set(ADDED_UP) <= {mart for mart in marts if kind_of(publication, mart) is None}
    columns = publication.records(
        "select table_name as mart from information_schema.columns where column_name = 'line_number'"
    )
    with_lines = {row["mart"] for row in columns}
    for pointed in {text.split("`")[1] for text in ADDED_UP.values()}:
        assert pointed in with_lines or kind_of(publication, pointed), pointed


def test_every_record_that_a_mart_names_has_its_line(publication: Publication) -> None:
    """A survey may name a request of which no event opened it: it is no row of the requests either."""
    named = 0
    for column in publication.records(
        "select table_name as mart, column_name as name, "
        "regexp_extract(column_name, '(^|_)(visit|conversation|event|request|order)_id$', 2) as kind "
        "from information_schema.columns where table_schema = 'marts' and kind <> ''"
    ):
        if column["name"] == "request_id" and column["mart"] != "fct_one_to_one_requests":
            continue
        (row,) = publication.records(
            f"select count(*) as number, count(lines.line_number) as lines "
            f"from marts.{column['mart']} as named left join marts.record_lines as lines "
            f"on lines.record_kind = {literal(column['kind'])} "
            f"and lines.account_id = named.account_id and lines.record_id = named.{column['name']} "
            f"where named.{column['name']} is not null"
        )
        assert row["number"] == row["lines"] > 0, column
        named += 1
    assert named >= 10
