"""Metrics over any range of dates and any filter, counted from what happened and not from marts.

A fact is a dict: the filters' values that it has, and what is counted. A question keeps the facts
that pass its filters, then counts: what is distinct as sets, rates as ratios of sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import values as v
from .attentive import EVENTS, ORDERS, read_events
from .concierge_marts import feeds_by_account, happenings
from .datasets import compute_datasets
from .formulas import business_metrics, performance_metrics
from .landing import FEEDS, LIVEPERSON, read_feed
from .marketplace import COUNTS, days_of, provider_of
from .one_to_one import AGENT, VISITOR, Shop, build_shops, page_of, rating
from .one_to_one_panels import CLICKS
from .readings import DEFAULT, Readings
from .settings import DEFAULTS, Settings, read_settings
from .tally import total
from .visits import ONLINE
from .world import Account, build_accounts

Row = dict[str, Any]
#: A test for each filter; a filter by name is ``<filter>_name``.
Where = Mapping[str, Callable[[Any], bool]]

NAMED = ("lob", "campaign", "engagement", "entry_point", "skill", "agent_group", "agent")
FACETS = ("initial_device", "source_type", "goal_type")
DATASETS = {
    "views_and_accepted_offers_daily": "views",
    "conversions_daily": "conversions",
    "agent_messaging_activity": "talks",
    "consumer_messaging_activity": "replies",
    "agent_activity_hourly": "hours",
}


@dataclass
class Facts:
    """What happened, by kind."""

    settings: dict[str, Settings]
    kinds: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, kind: str, row: Row) -> None:
        """One more fact."""
        self.kinds.setdefault(kind, []).append(row)

    def where(self, tests: Where) -> Facts:
        """The facts that pass the tests; those that do not have a filter's value do not."""
        kept = {
            kind: [row for row in rows if all(n in row and t(row[n]) for n, t in tests.items())]
            for kind, rows in self.kinds.items()
        }
        return Facts(self.settings, kept)

    def of(self, kind: str) -> list[Row]:
        """The facts of a kind."""
        return self.kinds.get(kind, [])

    def values(self, name: str) -> dict[Any, int]:
        """The values of a filter, each with the number of its facts."""
        found: dict[Any, int] = {}
        for rows in self.kinds.values():
            for row in rows:
                if row.get(name) is not None:
                    found[row[name]] = found.get(row[name], 0) + 1
        return found


def read_facts(landing_root: Path, readings: Readings = DEFAULT) -> Facts:
    """Everything below a landing root."""
    feeds = {feed: read_feed(landing_root, feed, readings) for feed in FEEDS}
    settings = read_settings(landing_root)
    facts = Facts(settings)
    accounts = build_accounts({feed: feeds[feed] for feed in LIVEPERSON}, settings, readings)
    for account in accounts:
        add_messaging(facts, account)
        add_marketplace(facts, account)
    texts = feeds_by_account(feeds[EVENTS].current, feeds[ORDERS].current)
    for name, own in sorted(texts.items()):
        add_texts(facts, name, settings.get(name, DEFAULTS), own, readings)
    for shop in build_shops(feeds, settings):
        add_shopping(facts, shop)
    return facts


# -- messaging ----------------------------------------------------------------------------------


def add_messaging(facts: Facts, account: Account) -> None:
    """Visits, whom they met, and the additive facts of the oracle's own datasets."""
    for visit in account.visits.values():
        base = of_account(account.account, account.settings) | {
            "date": account.date(visit.start_ms),
            "initial_device": visit.device,
            "source_type": visit.source_type,
        }
        facts.add("sessions", base | {"sessions": 1})
        who = {"visit": (account.account, visit.visit_id), "group": visit.group}
        met = [("prospect", one.members, False) for one in visit.eligibilities]
        met += [("shown", one.members, one.state == ONLINE) for one in visit.shows]
        talks = account.linked.get(visit.visit_id, [])
        met += [("engaged", talk.members, False) for talk in talks]
        for what, members, online in met:
            ids = {
                "lob": members.lob or "unknown",
                "campaign": members.campaign or "unknown",
                "engagement": members.engagement or "none",
                "entry_point": members.entry_point or "none",
            }
            fact = base | who | named(account, ids)
            facts.add("met", fact | {"what": what, "online": online, "pair": members.engagement})
    for dataset, rows in compute_datasets([account]).items():
        if dataset in DATASETS:
            for row in rows:
                facts.add(DATASETS[dataset], of_dataset(account, row))
    for talk in account.conversations:
        for day in {account.date(message.time_ms) for message in talk.messages if message.by_agent}:
            ids = {
                "campaign": talk.members.campaign or "unknown",
                "engagement": talk.members.engagement or "none",
                "agent": talk.agent,
                "skill": talk.skill,
                "agent_group": talk.agent_group,
            }
            fact = of_account(account.account, account.settings) | named(account, ids)
            fact |= {"initial_device": talk.device, "source_type": talk.source_type}
            fact["conversation"] = (account.account, talk.conversation_id)
            facts.add("handled", fact | {"date": day})


def of_account(name: str, settings: Settings) -> Row:
    """The account of a fact."""
    return {"account": name, "account_name": settings.name}


def named(account: Account, ids: dict[str, str]) -> Row:
    """Members by id and by name; `none` is no member, unless somebody calls one so."""
    found: Row = dict(ids)
    for kind, member in ids.items():
        configured = account.configuration.setting(kind, member, "name")
        nobody = "none" if member == "none" else "unknown"
        found[f"{kind}_name"] = configured or nobody
    return found


def of_dataset(account: Account, row: Row) -> Row:
    """A dataset's row with its keys under the filters' names."""
    ids = {kind: row[f"{kind}_id"] for kind in NAMED if f"{kind}_id" in row}
    if ids.get("campaign") == "none":
        ids["campaign"] = "unknown"
    facets = {name: row[name] for name in FACETS if name in row}
    base = of_account(account.account, account.settings) | {"date": row["date_day"]}
    return row | base | facets | named(account, ids)


def exposures(facts: Facts) -> Row:
    """The funnel's visits and pairs, each once."""
    met = facts.of("met")
    shown = [row for row in met if row["what"] == "shown"]
    prospects = [row for row in met if row["what"] == "prospect"]

    def visits(rows: Iterable[Row]) -> int:
        return len({row["visit"] for row in rows})

    def pairs(rows: Iterable[Row]) -> int:
        return len({(row["visit"], row["pair"]) for row in rows if row["pair"] is not None})

    return {
        "prospects": visits(prospects),
        "exposed": visits(shown),
        "exposed_not_engaged": visits(row for row in shown if row["group"] == "self_service"),
        "engaged": visits(row for row in met if row["what"] == "engaged"),
        "control_visits": visits(row for row in prospects if row["group"] == "control"),
        "exposures": pairs(shown),
        "online_exposures": pairs(row for row in shown if row["online"]),
    }


def messaging(facts: Facts) -> Row:
    """The business and the performance dashboard's metrics."""
    found = business_metrics(
        "brand",
        {
            "exposures_daily_brand": [exposures(facts)],
            "views_and_accepted_offers_daily": facts.of("views"),
            "conversions_daily_brand": facts.of("conversions"),
            "agent_messaging_activity": facts.of("talks"),
            "consumer_messaging_activity": facts.of("replies"),
            "sessions": facts.of("sessions"),
            "hours": facts.of("hours"),
        },
        Decimal(0),
    )
    found["handled_conversations"] = len({row["conversation"] for row in facts.of("handled")})
    prospects = {row["visit"] for row in facts.of("met") if row["what"] == "prospect"}
    shares = [facts.settings.get(name, DEFAULTS).control_group_share for name, _ in prospects]
    found["total_control_group_conversion_rate_vendor"] = v.ratio(
        found["total_control_group_conversions"], sum(shares, Decimal(0))
    )
    sales = [
        row
        for row in facts.of("conversions")
        if row["attribution_group"] == "messaging" and row["goal_type"] == "sell"
    ]
    return found | performance_metrics(sales)


# -- marketplace --------------------------------------------------------------------------------


def add_marketplace(facts: Facts, account: Account) -> None:
    """A subscriber's dates."""
    provider = provider_of(account.account, account.settings)
    if provider is None:
        return
    base = of_account(account.account, account.settings) | {"provider": provider}
    base |= {"subscriber": account.account, "subscriber_name": account.settings.name}
    for day, own in days_of(account).items():
        facts.add("subscribers", base | {"date": day, "day": own})


def marketplace(facts: Facts) -> Row:
    """The marketplace's metrics."""
    rows = facts.of("subscribers")
    waits = [wait for row in rows for wait in row["day"].waits_ms]
    found: Row = {name: sum(row["day"].counts[name] for row in rows) for name in COUNTS}
    return found | {
        "active_subscribers": len({row["account"] for row in rows if row["day"].is_active}),
        "subscriber_closed_conversations": sum(row["day"].closed for row in rows),
        "avg_wait_for_first_human_response": v.ratio(Decimal(sum(waits)) / 1000, len(waits)),
    }


# -- concierge ----------------------------------------------------------------------------------


def add_texts(
    facts: Facts, name: str, settings: Settings, feeds: tuple[Any, Any], readings: Readings
) -> None:
    """Conversations by text, sends, escalations and orders won."""
    base = of_account(name, settings)
    named = {"none": "none"}
    for event in sorted(read_events(feeds[0]), key=lambda event: event.time_ms):
        if event.journey and event.journey_name:
            named[event.journey] = event.journey_name
    for one in happenings(settings, feeds, readings):
        journey = one.journey or "none"
        where = {"program": one.program, "journey": journey}
        where["journey_name"] = named.get(journey, "unknown")
        day = v.local_date(one.time_ms, settings.timezone)
        facts.add("texts", base | where | one.amounts | {"date": day})


def texts(facts: Facts, everything: Facts, tests: Where, days: int) -> Row:
    """Concierge's metrics; LiveSMS is averaged over so many days, whatever happened on them."""

    def add_up(name: str, rows: Iterable[Row]) -> Any:
        return sum((row.get(name, 0) for row in rows), 0)

    rows = facts.of("texts")
    live = [row for row in rows if row["program"] == "LIVE_SMS"]
    talks, sends = add_up("conversations", rows), add_up("agent_sends", rows)
    orders, resolved = add_up("orders", rows), v.ratio(add_up("escalated", rows), talks)
    # the calendar is LiveSMS's and of every account that texts at all
    calendar = [row | {"program": "LIVE_SMS"} for row in everything.of("texts")]
    others = {name: test for name, test in tests.items() if name != "date"}
    averaged = any(all(n in row and t(row[n]) for n, t in others.items()) for row in calendar)
    return {
        "concierge_attributable_revenue": float(add_up("revenue", rows)),
        "concierge_outbound_messages": sends,
        "concierge_conversions": orders,
        "concierge_cvr": v.ratio(orders, talks),
        "concierge_conversations": talks,
        "concierge_conversations_campaigns": add_up("of_campaign", rows),
        "concierge_conversations_journeys": add_up("of_journey", rows),
        "concierge_conversations_subscriber_initiated": add_up("of_subscriber", rows),
        "concierge_conversations_resolved_pct": resolved,
        "not_escalated_pct": None if resolved is None else 1 - resolved,
        "concierge_response_rate": v.ratio(talks, add_up("other_sends", rows)),
        "concierge_time_saved_hours": sends * 5 / 60,
        "livesms_avg_replied_per_conversation": v.ratio(
            add_up("conversations", live), days if averaged else 0
        ),
        "livesms_escalations": add_up("escalations", live),
    }


# -- one to one ---------------------------------------------------------------------------------


def add_shopping(facts: Facts, shop: Shop) -> None:
    """Requests, orders in windows, surveys, and what was seen and clicked."""
    base = of_account(shop.account, shop.settings)

    def of_agent(agent: str | None, time_ms: int) -> Row:
        name = shop.agent_name(agent)
        return base | {"date": shop.date(time_ms), "agent": agent, "agent_name": name}

    bought = {talk.request_id for order in shop.orders for talk in shop.in_window(order)}
    for request in shop.requests:
        fact = of_agent(request.agent, request.opening.time_ms) | {"request": request}
        person = (shop.account, request.visitor) if request.visitor else None
        facts.add("requests", fact | {"person": person, "bought": request.request_id in bought})
    for order in shop.orders:
        if talks := shop.in_window(order):
            seen = any(talk.is_video for talk in talks)
            fact = of_agent(talks[-1].agent, order.time_ms)
            facts.add("orders", fact | {"net": order.net, "seen": seen})
    for survey in shop.surveys:
        fact = of_agent(shop.survey_agent(survey), survey.time_ms)
        facts.add("surveys", fact | {"rating": rating(survey)})
    for event in shop.events:
        day = base | {"date": shop.date(event.time_ms)}
        if event.visitor and (event.name == "impression" or event.name in CLICKS):
            who = {"person": (shop.account, event.visitor), "saw": event.name == "impression"}
            facts.add("widget", day | who)
        if event.name == "auto-message-click":
            facts.add("clicks", day)


def shopping(facts: Facts) -> Row:
    """One-to-One's metrics."""
    return widget(facts) | requests(facts) | purchases(facts) | surveys(facts)


def widget(facts: Facts) -> Row:
    """Who saw and who clicked."""
    saw = {row["person"] for row in facts.of("widget") if row["saw"]}
    clicked = {row["person"] for row in facts.of("widget") if not row["saw"]}
    clicks = len(facts.of("clicks"))
    return {
        "visitors_with_widget_impression": len(saw),
        "visitors_with_clicks": len(clicked),
        "widget_ctr": v.ratio(len(clicked), len(saw)),
        "auto_message_clicks": clicks,
        "auto_message_url_clicks": clicks,
    }


def requests(facts: Facts) -> Row:
    """What was asked for, and what came of it."""
    rows = facts.of("requests")
    asked = [row["request"] for row in rows]
    talks = [request for request in asked if request.is_conversation]
    people = {row["person"] for row in rows if row["request"].is_conversation} - {None}
    buyers = {row["person"] for row in rows if row["bought"]} - {None}
    by = {side: [r for r in asked if r.opening.side == side] for side in (AGENT, VISITOR)}
    won = {side: sum(r.is_conversation for r in own) for side, own in by.items()}
    led = [request for request in by[AGENT] if request.agent]
    kinds = [request.opening.kind for request in asked]
    paged = [r for r in asked if page_of(r.opening.page_url)]
    minutes = sum((talk.minutes for talk in talks), Decimal(0))
    return {
        "one_to_one_conversations": len(talks),
        "one_to_one_text_conversations": sum(talk.is_text for talk in talks),
        "one_to_one_video_conversations": sum(talk.is_video for talk in talks),
        "one_to_one_avg_duration_minutes": v.ratio(minutes, len(talks)),
        "one_to_one_conversion_rate": v.ratio(len(buyers), len(people)),
        "total_requests": len(asked),
        "requests_by_agent": len(by[AGENT]),
        "requests_by_visitor": len(by[VISITOR]),
        "text_requests": kinds.count("text"),
        "video_requests": kinds.count("video"),
        "text_requests_by_hour": kinds.count("text"),
        "video_requests_by_hour": kinds.count("video"),
        "requests_by_url": sum(r.opening.kind in ("text", "video") for r in paged),
        "unsuccessful_requests": len(asked) - len(talks),
        "unanswered_visitor_requests": len(by[VISITOR]) - won[VISITOR],
        "agent_request_acceptance_rate": v.ratio(won[AGENT], len(by[AGENT])),
        "visitor_request_acceptance_rate": v.ratio(won[VISITOR], len(by[VISITOR])),
        "agent_initiated_requests": len(led),
        "agent_initiated_request_acceptance_rate": v.ratio(
            sum(request.is_conversation for request in led), len(led)
        ),
        "agent_total_conversations": sum(talk.agent is not None for talk in talks),
    }


def purchases(facts: Facts) -> Row:
    """Orders in windows."""
    rows = facts.of("orders")
    credited = [row for row in rows if row["agent"] is not None]

    def worth(some: Iterable[Row]) -> Decimal:
        return sum((row["net"] for row in some), Decimal(0))

    return {
        "one_to_one_orders": len(rows),
        "one_to_one_attributed_gmv": float(worth(row for row in rows if row["seen"])),
        "one_to_one_aov": v.ratio(worth(rows), len(rows)),
        "agent_attributed_sales": float(worth(credited)),
        "agent_attributed_orders": len(credited),
    }


def surveys(facts: Facts) -> Row:
    """What visitors said."""
    rows = [row for row in facts.of("surveys") if row["rating"] is not None]
    told = [row for row in rows if row["agent"] is not None]
    return {
        "nps_feedback_detail": len(facts.of("surveys")),
        "nps_rating_count": len(rows),
        "one_to_one_avg_rating": v.ratio(total(rows, "rating"), len(rows)),
        "agent_average_rating": v.ratio(total(told, "rating"), len(told)),
    }


def answers(everything: Facts, tests: Where, days: int) -> Row:
    """Every metric of the facts that pass the tests, in a range of so many days."""
    facts = everything.where(tests)
    return (
        messaging(facts)
        | marketplace(facts)
        | texts(facts, everything, tests, days)
        | shopping(facts)
    )
