"""The summary: sums and ratios of sums from the marts, readable, whatever is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from parley import summary

SOURCE = str(Path(summary.__file__).parents[1])

MARTS = """
create schema marts;
create table marts.business_dashboard_brand (
    account_id varchar, date_day date, sessions bigint, prospects bigint, exposed bigint,
    engaged bigint, opened_conversations bigint, closed_conversations bigint,
    total_conversions_after_engagement bigint, total_direct_revenue_after_engagement double,
    csat_score double
);
create table marts.agent_messaging_activity (
    account_id varchar, date_day date, csat_good bigint, csat_valid bigint
);
create table marts.landing_audit (
    feed varchar, file_name varchar, lines_delivered bigint, lines_accepted bigint,
    lines_superseded bigint, lines_quarantined bigint, delivered_at timestamp
);
create table marts.quarantined_records (
    feed varchar, file_name varchar, line_number bigint, reason varchar, raw_line varchar
);
"""

FIGURES = """
insert into marts.business_dashboard_brand values
    ('acme', date '2026-04-01', 1000, 800, 500, 90, 100, 95, 12, 1234.5, 1.0),
    ('acme', date '2026-06-30', 2000, 900, 600, 10, 20, 15, 3, 0.5, 0.5),
    ('zeta', date '2026-05-01', 7, 0, 0, 0, 0, 0, 0, 0, null);
insert into marts.agent_messaging_activity values
    ('acme', date '2026-04-01', 2, 2), ('acme', date '2026-06-30', 0, 6),
    ('zeta', date '2026-05-01', 0, 0);
insert into marts.landing_audit values
    ('liveperson/web_sessions', 'a.jsonl', 1000, 900, 90, 10, timestamp '2026-04-02 01:00:00'),
    ('liveperson/web_sessions', 'b.jsonl', 500, 500, 0, 0, timestamp '2026-04-03 02:30:00'),
    ('liveperson/configuration', 'c.jsonl', 5, 4, 0, 1, timestamp '2026-04-01 00:00:00');
insert into marts.quarantined_records
select 'liveperson/web_sessions', 'a.jsonl', i, if(i < 7, 'not_json', 'missing_key'), '{'
from range(10) as lines (i);
insert into marts.quarantined_records values
    ('liveperson/configuration', 'c.jsonl', 1, 'wrong_shape', '[]');
"""


def write_file(path: Path, *statements: str) -> Path:
    """A database file made by the statements."""
    with duckdb.connect(str(path)) as connection:
        # The file's name may be that of the schema; then `marts.x` would be ambiguous.
        for statement in "".join(statements).split(";"):
            if statement.strip():
                connection.execute(statement.replace("marts.", f"{path.stem}.marts."))
    return path


def run_summary(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line, far from any real warehouse."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
    return subprocess.run(
        [sys.executable, "-m", "parley.summary", *arguments],
        env=kept | {"PYTHONPATH": SOURCE} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def cells(output: str, *names: str) -> list[str]:
    """The words of the one line that begins with the names."""
    found = [line.split() for line in output.splitlines() if line.split()[: len(names)] == [*names]]
    assert len(found) == 1, output
    return found[0][len(names) :]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return write_file(tmp_path / "parley_marts.duckdb", MARTS, FIGURES)


def test_headlines_are_sums_and_csat_is_a_ratio_of_sums(published: Path) -> None:
    done = run_summary("--file", str(published))
    assert done.returncode == 0, done.stderr
    assert cells(done.stdout, "acme") == [
        *("2026-04-01", "to", "2026-06-30"),
        *("3,000", "1,700", "1,100", "100", "120", "110", "15", "1,235"),
        "25.0%",  # (2 + 0) / (2 + 6), where the mean of the days' 100% and 0% would be 50%
    ]
    assert cells(done.stdout, "zeta")[-2:] == ["0", "-"]  # no answers: no CSAT


def test_other_surfaces_have_their_own_tables(tmp_path: Path) -> None:
    marts = """
        create schema marts;
        create table marts.one_to_one_daily as select * from (values
            ('shop', date '2026-04-01', 10, 6, 4, 3, 2, 70.25),
            ('shop', date '2026-04-02', 1, 1, 1, 1, 1, 29.5)
        ) as days (
            account_id, date_day, total_requests, one_to_one_conversations,
            one_to_one_text_conversations, one_to_one_video_conversations, one_to_one_orders,
            one_to_one_attributed_gmv
        );
    """
    done = run_summary("--file", str(write_file(tmp_path / "shops.duckdb", marts)))
    assert cells(done.stdout, "shop")[3:] == ["11", "7", "5", "4", "3", "100"]
    assert "Concierge" not in done.stdout


def test_landed_lines_and_reasons_by_feed(published: Path) -> None:
    output = run_summary("--file", str(published)).stdout
    feed = "liveperson/web_sessions"
    landed, *reasons = [line.split()[1:] for line in output.splitlines() if feed in line]
    assert landed == ["2026-04-03", "02:30", "2", "1,500", "1,400", "90", "10"]
    assert reasons == [["not_json", "7"], ["missing_key", "3"]]
    assert cells(output, "all") == ["3", "1,505", "1,404", "90", "11"]


def test_files_that_are_not_read_are_named_and_their_feed_is_marked(published: Path) -> None:
    """Of seven files of web sessions that could not be read five are named; configuration has all it needs."""
    write_file(
        published,
        "create table marts.unread_files (path varchar, reason varchar, bytes bigint);",
        "insert into marts.unread_files select 'liveperson/web_sessions/f' || i, 'unreadable', 1000"
        " from range(7) as files (i);",
        "insert into marts.unread_files values ('liveperson/configuration/a b.csv', 'unknown_ending', 7);",
    )
    output = run_summary("--file", str(published)).stdout
    assert cells(output, "liveperson/web_sessions", "2026-04-03")[0] == "02:30*"
    assert cells(output, "liveperson/configuration", "2026-04-01")[0] == "00:00"
    assert cells(output, "unknown_ending") == ["liveperson/configuration/a", "b.csv", "7"]
    assert output.count("liveperson/web_sessions/f") == 5
    assert "and 2 more" in output


def test_values_that_often_cannot_be_used_are_pointed_out(published: Path) -> None:
    """Of 1,400 accepted lines 13 + 1 values are 1 %, 13 are less; the field stands once."""
    write_file(
        published,
        "create table marts.value_audit (feed varchar, field varchar, problem varchar, value varchar,"
        " occurrences bigint, file_name varchar, line_number bigint);",
        "insert into marts.value_audit values"
        " ('liveperson/web_sessions', 'total', 'unusable_number', '1,0', 13, 'b.json', 4),"
        " ('liveperson/web_sessions', 'total', 'unusable_number', 'x', 1, 'a.json', 70),"
        " ('liveperson/web_sessions', 'impressions.state', 'unknown_value', 'x', 13, 'a.json', 1),"
        " ('liveperson/configuration', 'source', 'unknown_value', 'x', 8, 'c.json', 1);",
    )
    output = run_summary("--file", str(published)).stdout
    assert cells(output, "liveperson/web_sessions", "total") == [
        "unusable_number",
        "14",
        "1.0%",
    ]
    assert cells(output, "liveperson/configuration", "source")[-2:] == ["8", "200.0%"]
    assert "impressions.state" not in output


def test_data_is_no_markup_and_no_command_of_the_terminal(published: Path) -> None:
    """Account ids that look like markup, an emoji's name and an escape sequence stand as they are written."""
    write_file(
        published,
        "insert into marts.business_dashboard_brand (account_id, date_day) values"
        " ('[/red]', date '2026-04-01'), (':smile:', date '2026-04-01'),"
        " (chr(27) || '[2J', date '2026-04-01');",
    )
    done = run_summary("--file", str(published))
    assert done.returncode == 0, done.stderr
    assert [word for word in ("[/red]", ":smile:", "\\x1b[2J") if word not in done.stdout] == []
    assert "\x1b" not in done.stdout


def test_output_in_a_pipe_is_plain_and_cuts_nothing(published: Path) -> None:
    output = run_summary("--file", str(published), COLUMNS="40").stdout
    assert "\x1b" not in output
    assert "…" not in output
    assert output.isascii()


def test_it_says_where_to_look_next(published: Path, tmp_path: Path) -> None:
    docs = tmp_path / "static_index.html"
    output = run_summary("--file", str(published), "--docs", str(docs)).stdout
    assert str(published) in output
    assert f"{docs} (`make docs` makes it)" in output
    assert "README.md" in output
    attach = next(line.strip() for line in output.splitlines() if "attach" in line)
    with duckdb.connect() as connection:
        connection.execute(attach)
        assert connection.execute("select count(*) from marts.landing_audit").fetchone() == (3,)
    docs.write_text("", encoding="utf-8")
    assert "make docs" not in run_summary("--file", str(published), "--docs", str(docs)).stdout


def test_the_published_file_goes_before_the_warehouse(published: Path, tmp_path: Path) -> None:
    warehouse = write_file(tmp_path / "parley.duckdb", MARTS)
    settings = {"PARLEY_WAREHOUSE": str(warehouse)}
    assert "acme" in run_summary(**settings).stdout
    published.unlink()
    done = run_summary(**settings)
    assert done.returncode == 0
    assert str(warehouse) in done.stdout
    elsewhere = write_file(tmp_path / "elsewhere.duckdb", MARTS, FIGURES)
    assert "acme" in run_summary(PARLEY_PUBLISHED=str(elsewhere), **settings).stdout


@pytest.mark.parametrize("statements", ["", "create schema marts", "create table orders (id int)"])
def test_a_file_without_marts_is_told(tmp_path: Path, statements: str) -> None:
    done = run_summary("--file", str(write_file(tmp_path / "empty.duckdb", statements)))
    assert done.returncode == 1
    assert "has no marts; set PARLEY_PUBLISHED" in done.stderr
    assert done.stdout == ""


def test_empty_marts_are_survived(tmp_path: Path) -> None:
    done = run_summary("--file", str(write_file(tmp_path / "empty.duckdb", MARTS)))
    assert done.returncode == 0, done.stderr
    assert "No account has any figures yet." in done.stdout
    assert "No files have been landed yet." in done.stdout


def test_a_missing_column_or_mart_costs_only_its_figure(tmp_path: Path) -> None:
    drops = """
    alter table marts.business_dashboard_brand drop column prospects;
    drop table marts.agent_messaging_activity;
    drop table marts.quarantined_records;
    """
    done = run_summary("--file", str(write_file(tmp_path / "x.duckdb", MARTS, FIGURES, drops)))
    assert done.returncode == 0, done.stderr
    figures = cells(done.stdout, "acme")[3:]
    assert figures[:2] == ["3,000", "-"]
    assert figures[-1] == "-"
    assert "No line was quarantined." in done.stdout


@pytest.mark.parametrize("kind", ["nothing", "no database", "locked"])
def test_errors_are_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "w.duckdb"
    held = duckdb.connect(str(path)) if kind == "locked" else None
    if kind == "no database":
        path.write_text("text" * 2000, encoding="utf-8")
    done = run_summary(PARLEY_WAREHOUSE=str(path))
    if held:
        held.close()
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert str(path) in done.stderr


def test_texts_that_are_older_than_agreed_are_told(tmp_path: Path) -> None:
    """Two accounts keep texts for 30 days: of one two are years old, a third is gone; the other's are new."""
    file = write_file(
        tmp_path / "m.duckdb",
        MARTS,
        """
        create table marts.accounts (account_id varchar, transcript_retention_days double);
        insert into marts.accounts values ('late', 30), ('timely', 30), ('forever', null);
        create table marts.marketplace_messages as
        select * from (values
            ('late', timestamp '2020-01-01', 'a'), ('late', timestamp '2020-01-02', null),
            ('timely', cast(now() as timestamp), 'b'), ('forever', timestamp '2020-01-01', 'c')
        ) as said (account_id, message_at, text);
        create table marts.one_to_one_nps_feedback as
        select 'late' as account_id, timestamp '2020-01-01' as submitted_at, 'd' as feedback
        """,
    )
    done = run_summary("--file", str(file))
    assert done.returncode == 0, done.stderr
    (row,) = [line for line in done.stdout.splitlines() if line.strip(" │|").startswith("texts")]
    assert re.findall(r"\w+", row) == ["texts", "late", "30", "2"]
    assert "timely" not in done.stdout
    assert "forever" not in done.stdout
