"""Values that are there and cannot be used, in fields that some metric uses: how often, and where first.

Of records in their current version. What a metric does with such a value is told in the other modules, for
each is as if it were absent; here it is only found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import Current, Feed

GRAIN = {"value_audit": ("feed", "field", "problem", "value")}
LONGEST = 100
MASKED = "(masked)"
TOO_LARGE = Decimal(10) ** 18
SCALE = (1, 5)

DEVICES = ("DESKTOP", "TABLET", "MOBILE")
ARMS = ("TEST", "CONTROL")
IMPRESSION_TYPES = ("Show", "Accept", "Close", "Timeout")
STATES = ("0", "1", "2", "4", "content", "chatonline", "chatoffline", "chatbusy")
GOALS = ("Purchase", "Lead", "ServiceActivity", "Url", "ReduceAbandonment", "IncreaseInteraction")
SOURCES = (
    *("SHARK", "APP", "SMS", "TWILIO", "FACEBOOK", "APPLE_BUSINESS_CHAT", "ABC", "GOOGLE_RCS"),
    *("GMB", "LINE", "WHATSAPP", "WECHAT", "AGENT"),
)
TRANSFERS = ("Skill", "Agent", "back2Q", "SuggestedAgentTimeout", "TakeOver")
ACTIONS = (
    *("impression", "click-widget", "click-notification", "click-call-agent"),
    *("click-chat-with-agent", "agent-start-call", "agent-start-chat", "agent-answer-call"),
    *("agent-answer-chat", "visitor-answer-call", "visitor-answer-chat", "message", "call-ended"),
    *("chat-ended", "auto-message-shown", "auto-message-click", "nps"),
)
LISTS = ("messageRecords", "agentParticipants", "transfers", "conversationSurveys", "dialogs")
PREFIX = "fw:live-helper:"

Found = tuple[str, str, str]


def said(value: Any) -> str | None:
    """A value as a person would look for it in the file; what is no single value is only named."""
    if isinstance(value, dict):
        return "(object)"
    if isinstance(value, list):
        return "(list)"
    return v.scalar_text(value)


def enum(name: str, value: Any, known: tuple[str, ...]) -> Iterator[Found]:
    """A name that is none of the known ones, or no name at all."""
    text = said(value) if isinstance(value, dict | list) else v.identifier(value)
    if text is not None and text not in known:
        yield name, "unknown_value", text


def part(name: str, value: Any, kind: type) -> Iterator[Found]:
    """A list or an object that is there in another shape."""
    if value is not None and not isinstance(value, kind):
        yield name, "unknown_value", said(value) if isinstance(value, dict | list) else "(scalar)"


def no_scalar(name: str, value: Any) -> Iterator[Found]:
    """A word of an open list that is no word at all."""
    yield from enum(name, value if isinstance(value, dict | list) else None, ())


def time(name: str, value: Any) -> Iterator[Found]:
    """A nested time that is none, or not from 2000 to 2100."""
    text = said(value)
    if text is not None and text not in v.SENTINELS and v.nested_ms(value) is None:
        yield name, "unusable_time", text


def number(name: str, value: Any, scale: tuple[int, int] | None = None) -> Iterator[Found]:
    """A measure that is no number, or is none of its scale."""
    text, found = said(value), v.number(value)
    if text is None:
        return
    if found is None or (scale and not scale[0] <= found <= scale[1]):
        yield name, "unusable_number", text


def amount_of(value: Any) -> Decimal | None:
    """An amount that can be summed."""
    found = v.number(value)
    return found if found is not None and abs(found) < TOO_LARGE else None


def amount(name: str, value: Any) -> Iterator[Found]:
    """An amount that is no number, or too large to be summed."""
    if amount_of(value) is None:
        yield from shape(name, value)


def web_session(record: dict[str, Any]) -> Iterator[Found]:
    """Of a visit."""
    infos: list[dict[str, Any]] = []
    for collected in v.objects(record.get("recordCollection")):
        for key, inner in (collected.get("body") or {}).items():
            body, kind = v.unwrap(inner), key.removeprefix(v.NAMESPACE)
            if not isinstance(body, dict):
                continue
            if kind == "WebSessionInfoData":
                infos.append(v.field(body, "sessionInfo") or {})
            elif kind == "WebSessionEligibilityData":
                yield from eligibilities(body)
            elif kind == "WebSessionImpressionData":
                yield from impressions(body)
            elif kind == "WebSessionGoalAchievedData":
                yield from goals(body)
    for info in infos:
        yield from part("sessionInfo", info, dict)
    for name, known in (("deviceFamily", DEVICES), ("siteControlGroup", ARMS)):
        yield from enum(f"sessionInfo.{name}", first_stated(infos, name), known)
    start = first_stated(infos, "sessionStartTime")
    if isinstance(start, dict | list):
        yield from time("sessionInfo.sessionStartTime", start)


def first_stated(infos: list[dict[str, Any]], name: str) -> Any:
    """The first name or time that records of a visit state, else the first object or list there."""
    given = [v.field(info, name) for info in infos]
    nested = [value for value in given if isinstance(value, dict | list)]
    return next((value for value in given if v.identifier(value)), next(iter(nested), None))


def eligibilities(body: dict[str, Any]) -> Iterator[Found]:
    """Of what a visit was eligible for."""
    yield from part("eligibilityData", v.field(body, "eligibilityData"), list)
    for entry in v.objects(body.get("eligibilityData")):
        campaigns = v.field(entry, "eligibleCampaigns")
        yield from part("eligibilityData.eligibleCampaigns", campaigns, list)
        yield from time("eligibilityData.timestamp", v.field(entry, "timestamp"))
        for campaign in v.objects(entry.get("eligibleCampaigns")):
            name = "eligibilityData.eligibleCampaigns.controlGroupType"
            yield from enum(name, v.field(campaign, "controlGroupType"), ARMS)
            place = "eligibilityData.eligibleCampaigns"
            yield from part(f"{place}.engagements", v.field(campaign, "engagements"), list)
            for name in ("campaign", "goal"):
                yield from part(f"{place}.{name}", v.field(campaign, name), dict)


def impressions(body: dict[str, Any]) -> Iterator[Found]:
    """Of what a visit was shown, as often as it is listed."""
    yield from part("impressions", v.field(body, "impressions"), list)
    for shown in v.objects(body.get("impressions")):
        yield from time("impressions.timestamp", v.field(shown, "timestamp"))
        yield from enum(
            "impressions.impressionType", v.field(shown, "impressionType"), IMPRESSION_TYPES
        )
        yield from enum("impressions.state", v.field(shown, "state"), STATES)
        for name in ("campaign", "engagement", "goal"):
            yield from part(f"impressions.{name}", v.field(shown, name), dict)


def goals(body: dict[str, Any]) -> Iterator[Found]:
    """Of what a visit achieved; the name of a goal's metadata is its key."""
    known = [f"{v.NAMESPACE}{goal}{end}" for goal in GOALS for end in ("GoalMetadata", "Metadata")]
    yield from part("achievedGoals", v.field(body, "achievedGoals"), list)
    for goal in v.objects(body.get("achievedGoals")):
        yield from time("achievedGoals.timestamp", v.field(goal, "timestamp"))
        metadata = goal.get("goalMetaData")
        yield from part("achievedGoals.goalMetaData", metadata, dict)
        for key in list(metadata)[:1] if isinstance(metadata, dict) else []:
            yield from enum("achievedGoals.goalMetaData", key, tuple(known))
            if key.removeprefix(v.NAMESPACE) in ("PurchaseGoalMetadata", "PurchaseMetadata"):
                total = v.field(v.unwrap(metadata[key]), "total")
                yield from amount("achievedGoals.goalMetaData.total", total)


def conversation(record: dict[str, Any]) -> Iterator[Found]:
    """Of a conversation."""
    for name in LISTS:
        yield from part(name, record.get(name), list)
    yield from part("campaign", record.get("campaign"), dict)
    info = record.get("info") or {}
    yield from time("info.endTimeL", info.get("endTimeL"))
    yield from enum("info.status", info.get("status"), ("OPEN", "CLOSE"))
    yield from no_scalar("info.closeReason", info.get("closeReason"))
    yield from enum("info.source", info.get("source"), SOURCES)
    yield from enum("info.device", info.get("device"), DEVICES)
    yield from number("info.mcs", info.get("mcs"))
    yield from number("info.csat", info.get("csat"), SCALE)
    yield from number("info.csatRate", info.get("csatRate"), SCALE)
    for message in v.plain_objects(record.get("messageRecords")):
        yield from time("messageRecords.timeL", message.get("timeL"))
        yield from number("messageRecords.seq", message.get("seq"))
        for name, problem, by in enum("messageRecords.sentBy", message.get("sentBy"), ()):
            if by.lower() not in ("consumer", "agent"):
                yield name, problem, by
        audience = message.get("audience")
        yield from enum("messageRecords.audience", audience, ("ALL", "AGENTS_AND_MANAGERS"))
    for agent in v.plain_objects(record.get("agentParticipants")):
        yield from time("agentParticipants.timeL", agent.get("timeL"))
        yield from no_scalar("agentParticipants.permission", agent.get("permission"))
        yield from enum("agentParticipants.userType", agent.get("userType"), ("0", "1", "2"))
    for transfer in v.plain_objects(record.get("transfers")):
        yield from time("transfers.timeL", transfer.get("timeL"))
        yield from enum("transfers.reason", transfer.get("reason"), TRANSFERS)
    for survey in v.plain_objects(record.get("conversationSurveys")):
        for row in v.plain_objects(survey.get("surveyData")):
            yield from answer(row)
    for dialog in v.plain_objects(record.get("dialogs")):
        yield from enum("dialogs.dialogType", dialog.get("dialogType"), ("MAIN", "POST_SURVEY"))


def answer(row: dict[str, Any]) -> Iterator[Found]:
    """Of a row of a survey; what a person may have written is masked."""
    name = "conversationSurveys.surveyData"
    kinds = ("csat", "nps", "fcr", "custom")
    yield from enum(f"{name}.questionType", row.get("questionType"), kinds)
    given = said(row.get("answer"))
    # what the vendor deleted is no fault
    if row.get("questionType") == "csat" and given not in (None, "** LP deleted data **"):
        for _, problem, _ in number("", given, SCALE):
            yield f"{name}.answer", problem, MASKED
    for place, problem, validity in enum(f"{name}.isValidAnswer", row.get("isValidAnswer"), ()):
        if validity.lower() not in ("true", "false"):
            yield place, problem, validity


def status_change(record: dict[str, Any]) -> Iterator[Found]:
    """Of a change of an agent's status."""
    yield from enum("statusType", record.get("statusType"), ("1", "3", "4"))
    yield from enum("statusSubType", record.get("statusSubType"), ("1", "2", "3", "4"))


def entity(record: dict[str, Any]) -> Iterator[Found]:
    """Of a setting: of an agent, what it is."""
    if record.get("entity") == "agent":
        yield from enum("userType", record.get("userType"), ("1", "2"))


def text(record: dict[str, Any]) -> Iterator[Found]:
    """Of an event of text messages; only texts that were sent have a closed list of types."""
    for name in ("company", "subscriber", "message"):
        yield from part(name, record.get(name), dict)
    message = v.plain(record, "message")
    yield from enum("message.program", v.plain(message, "program"), ("CONCIERGE", "LIVE_SMS"))
    yield from no_scalar("type", record.get("type"))
    if record.get("type") == "sms.sent":
        types = ("CAMPAIGN", "JOURNEY", "CONCIERGE", "TRANSACTIONAL")
        yield from enum("message.type", v.plain(message, "type"), types)
    else:
        yield from no_scalar("message.type", v.plain(message, "type"))


def text_order(record: dict[str, Any]) -> Iterator[Found]:
    """Of an order: the first price of each item, and its quantity."""
    yield from part("user", record.get("user"), dict)
    items = record.get("items")
    yield from part("items", items, list)
    for item in items if isinstance(items, list) else []:
        yield from part("items", item, dict)
    for item in v.plain_objects(items):
        prices = item.get("price")
        priced = v.plain_objects(prices)[:1]
        if not priced and prices != []:
            for name, _, what in part("items.price", prices, tuple):
                yield name, "unusable_number", what
        for price in priced:
            yield from amount("items.price.value", price.get("value"))
        yield from amount("items.quantity", item.get("quantity"))
        worth = [amount_of(price.get("value")) for price in priced] + [
            amount_of(item.get("quantity"))
        ]
        if len(worth) == 2 and is_too_large(*worth):
            yield from shape("items.quantity", item.get("quantity"))


def is_too_large(price: Decimal | None, quantity: Decimal | None) -> bool:
    """Whether a product cannot be summed."""
    return price is not None and quantity is not None and abs(price * quantity) >= TOO_LARGE


def shape(name: str, value: Any) -> Iterator[Found]:
    """What amounts are read from, and cannot be."""
    text = said(value)
    if text is not None:
        yield name, "unusable_number", text


def shop_event(record: dict[str, Any]) -> Iterator[Found]:
    """Of an event of the widget."""
    plain = (v.identifier(record.get("event_name")) or "").removeprefix(PREFIX)
    if plain not in ACTIONS:
        yield from enum("event_name", record.get("event_name"), ())
    payload = v.plain(record, "payload")
    yield from part("payload", payload, dict)
    for name, problem, text in number("payload.rating", v.plain(payload, "rating"), SCALE):
        # longer than a score, so whatever the visitor typed
        is_long = len(text) > 3 and text not in (*v.SENTINELS, "(object)", "(list)")
        yield name, problem, MASKED if is_long else text
    if plain == "message":
        senders = ("visitor", "agent", "auto")
        yield from enum("payload.sender", v.plain(payload, "sender"), senders)
    if plain == "nps":
        yield from enum("payload.status", v.plain(payload, "status"), ("submitted", "closed"))


def shop_order(record: dict[str, Any]) -> Iterator[Found]:
    """Of a purchase tag."""
    yield from amount("subtotal", record.get("subtotal"))
    yield from amount("total_discounts", record.get("total_discounts"))


READERS: dict[str, Callable[[dict[str, Any]], Iterator[Found]]] = {
    "liveperson/web_sessions": web_session,
    "liveperson/messaging_interactions": conversation,
    "liveperson/agent_status_changes": status_change,
    "liveperson/configuration": entity,
    "attentive/events": text,
    "attentive/orders": text_order,
    "one_to_one/events": shop_event,
    "one_to_one/orders": shop_order,
}


def compute_value_audit(feeds: dict[str, Feed]) -> list[dict[str, Any]]:
    """One row a feed, field, problem and value."""
    found: dict[tuple[str, str, str, str], list[Current]] = {}
    for feed, delivered in feeds.items():
        for current in delivered.current:
            for name, problem, value in READERS[feed](current.record):
                found.setdefault((feed, name, problem, value[:LONGEST]), []).append(current)
    rows = []
    for key, records in found.items():
        file_name, line_number = min((one.file_name, one.line_number) for one in records)
        row = dict(zip(GRAIN["value_audit"], key, strict=True))
        row |= {"occurrences": len(records), "file_name": file_name, "line_number": line_number}
        rows.append(row)
    return rows
