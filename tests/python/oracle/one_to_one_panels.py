"""The eight marts of One-to-One, each a loop over requests, orders, surveys or events."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from .landing import Feed
from .one_to_one import (
    AGENT,
    VISITOR,
    Order,
    Request,
    Shop,
    build_shops,
    page_of,
    rating,
    without_login,
)
from .settings import Settings
from .values import instant, local, ratio, scalar_text

Row = dict[str, Any]
Key = tuple[Any, ...]
Bought = tuple[Order, list[Request]]

GRAIN: dict[str, tuple[str, ...]] = {
    "one_to_one_daily": ("account_id", "date_day"),
    "one_to_one_visitors": ("account_id", "period", "period_start"),
    "one_to_one_nps_distribution": ("account_id", "rating"),
    "one_to_one_nps_feedback": ("account_id", "event_id"),
    "one_to_one_requests_by_hour": ("account_id", "date_day", "hour_of_day"),
    "one_to_one_requests_by_url": ("account_id", "date_day", "page_url"),
    "one_to_one_auto_messages": ("account_id", "date_day", "auto_message_id", "url"),
    "one_to_one_agents": ("account_id", "date_day", "agent_id"),
}
KINDS = ("text", "video")
CLICKS = ("click-widget", "click-notification")


def compute_one_to_one(feeds: dict[str, Feed], settings: dict[str, Settings]) -> dict[str, Any]:
    """The rows of every mart, by mart name; where nothing is counted there is no row."""
    builders: dict[str, Callable[[Shop], Iterator[tuple[Key, Row]]]] = {
        "one_to_one_daily": daily,
        "one_to_one_visitors": visitors,
        "one_to_one_nps_distribution": nps_distribution,
        "one_to_one_nps_feedback": nps_feedback,
        "one_to_one_requests_by_hour": requests_by_hour,
        "one_to_one_requests_by_url": requests_by_url,
        "one_to_one_auto_messages": auto_messages,
        "one_to_one_agents": agents,
    }
    shops = build_shops(feeds, settings)
    return {
        mart: [
            dict(zip(GRAIN[mart], (shop.account, *key), strict=True)) | row
            for shop in shops
            for key, row in build(shop)
            if any(row.values())
        ]
        for mart, build in builders.items()
    }


def mean(amounts: list[Decimal]) -> float | None:
    """The mean, null of nothing."""
    return ratio(sum(amounts, Decimal(0)), len(amounts))


def daily(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Each date with a request, a rating or an order in a window."""
    asked: dict[dt.date, list[Request]] = defaultdict(list)
    rated: dict[dt.date, list[Decimal]] = defaultdict(list)
    bought: dict[dt.date, list[Bought]] = defaultdict(list)
    buyers: dict[dt.date, set[str | None]] = defaultdict(set)
    for request in shop.requests:
        asked[shop.date(request.opening.time_ms)].append(request)
    for survey in shop.surveys:
        rated[shop.date(survey.time_ms)] += [r for r in (rating(survey),) if r is not None]
    for order in shop.orders:
        if talks := shop.in_window(order):
            bought[shop.date(order.time_ms)].append((order, talks))
        for talk in talks:
            buyers[shop.date(talk.opening.time_ms)].add(order.visitor)
    for day in asked.keys() | rated.keys() | bought.keys():
        yield (
            (day,),
            {
                **conversation_section(asked[day], len(buyers[day])),
                **purchase_section(bought[day]),
                "one_to_one_avg_rating": mean(rated[day]),
                **request_section(asked[day]),
            },
        )


def conversation_section(asked: list[Request], buyers: int) -> Row:
    """The conversations of a date; so many of their visitors bought in their windows."""
    talks = [request for request in asked if request.is_conversation]
    people = {talk.visitor for talk in talks if talk.visitor}
    return {
        "one_to_one_conversations": len(talks),
        "one_to_one_text_conversations": sum(talk.is_text for talk in talks),
        "one_to_one_video_conversations": sum(talk.is_video for talk in talks),
        "one_to_one_avg_duration_minutes": mean([talk.minutes for talk in talks]),
        "one_to_one_conversion_rate": ratio(buyers, len(people)),
    }


def purchase_section(bought: list[Bought]) -> Row:
    """Orders in the window of any conversation; GMV of those in the window of a video one."""
    seen = [order for order, talks in bought if any(talk.is_video for talk in talks)]
    return {
        "one_to_one_orders": len(bought),
        "one_to_one_attributed_gmv": float(sum(order.net for order in seen)),
        "one_to_one_aov": mean([order.net for order, _ in bought]),
    }


def request_section(asked: list[Request]) -> Row:
    """The requests of a date."""
    by = {side: [r for r in asked if r.opening.side == side] for side in (AGENT, VISITOR)}
    won = {side: sum(r.is_conversation for r in own) for side, own in by.items()}
    return {
        "total_requests": len(asked),
        "requests_by_agent": len(by[AGENT]),
        "requests_by_visitor": len(by[VISITOR]),
        "text_requests": sum(r.opening.kind == "text" for r in asked),
        "video_requests": sum(r.opening.kind == "video" for r in asked),
        "unsuccessful_requests": sum(not r.is_conversation for r in asked),
        "unanswered_visitor_requests": len(by[VISITOR]) - won[VISITOR],
        "agent_request_acceptance_rate": ratio(won[AGENT], len(by[AGENT])),
        "visitor_request_acceptance_rate": ratio(won[VISITOR], len(by[VISITOR])),
    }


def periods(day: dt.date) -> Iterator[Key]:
    """The periods that a date is in."""
    yield "day", day
    yield "week", day - dt.timedelta(days=day.weekday())
    yield "month", day.replace(day=1)
    yield "all", dt.date(1970, 1, 1)


def visitors(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Distinct visitors who saw or clicked, counted anew in every period."""
    saw: dict[Key, set[str]] = defaultdict(set)
    clicked: dict[Key, set[str]] = defaultdict(set)
    for event in shop.events:
        target = saw if event.name == "impression" else clicked if event.name in CLICKS else None
        if target is not None and event.visitor:
            for period in periods(shop.date(event.time_ms)):
                target[period].add(event.visitor)
    for period in saw.keys() | clicked.keys():
        counts = len(saw[period]), len(clicked[period])
        yield (
            period,
            {
                "visitors_with_widget_impression": counts[0],
                "visitors_with_clicks": counts[1],
                "widget_ctr": ratio(counts[1], counts[0]),
            },
        )


def nps_distribution(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Surveys by rating."""
    counts: dict[Key, int] = defaultdict(int)
    for survey in shop.surveys:
        if (given := rating(survey)) is not None:
            counts[(given,)] += 1
    for key, count in counts.items():
        yield key, {"nps_rating_count": count}


def nps_feedback(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """One row per survey."""
    for survey in shop.surveys:
        status, agent = survey.id("status"), shop.survey_agent(survey)
        yield (
            (survey.event_id,),
            {
                "request_id": survey.id("request_id"),
                "visitor_id": shop.survey_visitor(survey),
                "submitted_at": instant(survey.time_ms),
                "agent_id": agent,
                "agent_name": survey.id("agent_name") or shop.agent_name(agent),
                "rating": rating(survey),
                "feedback": scalar_text(survey.payload.get("feedback")),
                "status": status if status in ("submitted", "closed") else "unknown",
            },
        )


def requests_by_hour(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Text and video requests by the local hour of their opening."""
    found: dict[Key, list[str]] = defaultdict(list)
    for request in shop.requests:
        if request.opening.kind in KINDS:
            clock = local(request.opening.time_ms, shop.settings.timezone)
            found[clock.date(), clock.hour].append(request.opening.kind)
    for key, kinds in found.items():
        yield key, {f"{kind}_requests_by_hour": kinds.count(kind) for kind in KINDS}


def requests_by_url(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Text and video requests by the page they were opened on."""
    counts: dict[Key, int] = defaultdict(int)
    for request in shop.requests:
        page = page_of(request.opening.page_url)
        if page and request.opening.kind in KINDS:
            counts[shop.date(request.opening.time_ms), page] += 1
    for key, count in counts.items():
        yield key, {"requests_by_url": count}


def auto_messages(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Clicks by auto message and url, the url as it came but for a user and password."""
    counts: dict[Key, int] = defaultdict(int)
    for event in shop.events:
        if event.name == "auto-message-click":
            message = event.id("auto_message_id") or "unknown"
            url = without_login(event.id("url") or "unknown")
            counts[shop.date(event.time_ms), message, url] += 1
    for key, count in counts.items():
        yield key, {"auto_message_clicks": count, "auto_message_url_clicks": count}


def agents(shop: Shop) -> Iterator[tuple[Key, Row]]:
    """Each date on which an agent asked, talked, was rated or sold."""
    asked: dict[Key, list[Request]] = defaultdict(list)
    rated: dict[Key, list[Decimal]] = defaultdict(list)
    bought: dict[Key, list[Order]] = defaultdict(list)
    for request in shop.requests:
        asked[shop.date(request.opening.time_ms), request.agent].append(request)
    for survey in shop.surveys:
        given = rating(survey)
        key = shop.date(survey.time_ms), shop.survey_agent(survey)
        rated[key] += [] if given is None else [given]
    for order in shop.orders:
        if talks := shop.in_window(order):
            bought[shop.date(order.time_ms), talks[-1].agent].append(order)
    for key in asked.keys() | rated.keys() | bought.keys():
        if key[1] is None:
            continue
        opened = [request for request in asked[key] if request.opening.side == AGENT]
        won = sum(request.is_conversation for request in opened)
        metrics = {
            "agent_average_rating": mean(rated[key]),
            "agent_initiated_requests": len(opened),
            "agent_initiated_request_acceptance_rate": ratio(won, len(opened)),
            "agent_total_conversations": sum(r.is_conversation for r in asked[key]),
            "agent_attributed_sales": float(sum(order.net for order in bought[key])),
            "agent_attributed_orders": len(bought[key]),
        }
        if any(metrics.values()):
            yield key, {"agent_name": shop.agent_name(key[1]), **metrics}
