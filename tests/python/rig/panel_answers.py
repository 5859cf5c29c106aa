"""Answers of the dashboards' questions, put beside the marts that publish the panels."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from parley.dashboards.publication import Publication
from parley.dashboards.questions import Question

from .panel_parity import FEEDBACK, LEVELS, VISITORS, cell, level_of, panel_rows
from .question_parity import Filters, Found, Key, answered, compare

Rows = list[dict[str, Any]]
#: Key columns of panels that are not by date, or by date and a dashboard's level.
KEYS = {
    "marketplace_subscriber_performance": {"date_day": "date", "account_id": "subscriber"},
    "concierge_performance_by_journey": {"date_day": "date", "journey_id": "journey"},
    "one_to_one_agents": {"date_day": "date", "agent_id": "agent"},
    "one_to_one_nps_distribution": {"rating": "rating"},
}
#: What panels are by within a date; a metric of several keys is one of them, added up over the others.
WITHIN_A_DATE = {
    "text_requests_by_hour": "hour_of_day",
    "video_requests_by_hour": "hour_of_day",
    "requests_by_url": "page_url",
    "auto_message_clicks": "auto_message_id",
    "auto_message_url_clicks": "url",
}
#: The keys of the panel of visitors, by its period.
PERIODS: dict[str, dict[str, str]] = {
    "day": {"period_start": "date"},
    "week": {"period_start": "week"},
    "month": {"period_start": "month"},
    "all": {},
}
DATES = 3


def with_the_panels(publication: Publication) -> Found:
    """Every metric of every panel, of the account that has most rows there."""
    found = Found()
    for metric, panel, mart in panel_rows():
        if mart == FEEDBACK:
            continue
        scope, rows = rows_of(publication, mart)
        filters: Filters = {scope: (rows[0][f"{scope}_id"],)}
        if mart == "concierge_livesms":
            filters["program"] = ("LIVE_SMS",)
        what = f"{mart} {panel} {metric}"
        if metric in WITHIN_A_DATE:
            for day in busiest_dates(rows, metric):
                shown: Counter[Key] = Counter()
                for row in rows:
                    if row["date_day"] == day:
                        shown[(cell(row[WITHIN_A_DATE[metric]]),)] += row[metric]
                question = Question(
                    metric, (WITHIN_A_DATE[metric],), day, day, tuple(filters.items())
                )
                check(found, publication, what, question, dict(shown))
            continue
        keys = keys_of(mart, panel)
        if mart == VISITORS:
            rows = [row for row in rows if row["period"] == panel]
        figures = {tuple(cell(row[key]) for key in keys): row[metric] for row in rows}
        question = Question(metric, tuple(keys.values()), filters=tuple(filters.items()))
        check(found, publication, what, question, figures)
    return found


def rows_of(publication: Publication, mart: str) -> tuple[str, Rows]:
    """The filter of one account, or provider, and the rows of the one that has most."""
    scope, column = "account", "account_id"
    if mart.startswith("marketplace"):
        scope, column = "provider", "provider_account_id"
    rows = publication.records(
        f"select *, {column} as {scope}_id from marts.{mart} where {column} = ("
        f"select mode({column}) from marts.{mart})"
        if scope == "provider"
        else f"select * from marts.{mart} where account_id = (select mode(account_id) from marts.{mart})"
    )
    assert rows, mart
    return scope, rows


def keys_of(mart: str, panel: str) -> dict[str, str]:
    """A panel's key columns, and what a question calls them."""
    if mart == VISITORS:
        return PERIODS[panel]
    level = level_of(mart)
    assert not level or level in LEVELS
    return KEYS.get(mart) or {"date_day": "date"} | ({f"{level}_id": level} if level else {})


def busiest_dates(rows: Rows, metric: str) -> list[date]:
    """The dates with most of a metric."""
    counts: Counter[date] = Counter()
    for row in rows:
        counts[row["date_day"]] += row[metric]
    return [day for day, _ in counts.most_common(DATES)]


def check(
    found: Found, publication: Publication, what: str, question: Question, shown: dict[Key, Any]
) -> None:
    """One panel's figures and the answer; what is of no member is not on a panel."""
    ours = answered(publication, question)
    assert ours is not None, what
    of_none = {key for key in ours if key not in shown and key and key[-1] in ("none", None)}
    compare(
        found,
        what,
        question.metric_id,
        {key: value for key, value in ours.items() if key not in of_none},
        shown,
    )
