"""What a marketplace provider sees of its subscribers' conversations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from . import values as v
from .conversations import Conversation
from .messages import BOT, CONSUMER, HUMAN, Message, user_types
from .settings import Settings
from .world import Account

Row = dict[str, Any]
Tables = dict[str, list[Row]]

GRAIN: dict[str, tuple[str, ...]] = {
    "marketplace_provider_summary": ("provider_account_id", "date_day"),
    "marketplace_subscriber_performance": ("provider_account_id", "account_id", "date_day"),
    "marketplace_conversations": ("provider_account_id", "account_id", "conversation_id"),
    "marketplace_messages": ("provider_account_id", "account_id", "conversation_id", "message_id"),
}
ESCALATES = ("Skill", "Agent")
TRANSFERS = (*ESCALATES, "back2Q")
COUNTS = (
    "marketplace_opened_conversations",
    "conversations_contained_by_bot",
    "conversations_with_human_response",
    "marketplace_closed_by_agent",
    "marketplace_closed_by_consumer",
    "marketplace_closed_by_system",
)


def provider_of(account: str, settings: Settings) -> str | None:
    """Whose subscriber an account is; nobody is a subscriber of itself."""
    return None if settings.provider == account else settings.provider


def sent_by(talk: Conversation, sender: str) -> list[Message]:
    """The messages of a kind of sender, in order."""
    return [message for message in talk.messages if message.sent_by == sender]


def is_contained(talk: Conversation) -> bool:
    """Closed, answered by a bot, and no human was ever in charge or wrote."""
    if talk.end_ms is None or not sent_by(talk, BOT) or sent_by(talk, HUMAN):
        return False
    return not any(participant.is_assigned_human for participant in talk.participants)


def escalated_ms(talk: Conversation) -> int | None:
    """When a bot handed over, else when a human first took charge after the bot had written."""
    listed = user_types(talk.participants)
    bots = {agent for agent, user_type in listed.items() if user_type == "2"}
    handed_over = [
        transfer.time_ms
        for transfer in talk.transfers
        if transfer.reason in ESCALATES and transfer.actors & bots
    ]
    if handed_over:
        return min(handed_over)
    by_bot = sent_by(talk, BOT)
    if not by_bot:
        return None
    took_charge = [
        participant.time_ms
        for participant in talk.participants
        if participant.is_assigned_human
        and participant.time_ms is not None
        and participant.time_ms > by_bot[0].time_ms
    ]
    return min(took_charge, default=None)


def human_response_ms(talk: Conversation) -> int | None:
    """When a human first wrote after the escalation."""
    escalated = escalated_ms(talk)
    if escalated is None:
        return None
    later = [m.time_ms for m in sent_by(talk, HUMAN) if m.time_ms > escalated]
    return min(later, default=None)


@dataclass
class Day:
    """What a subscriber adds on a date."""

    is_active: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    waits_ms: list[int] = field(default_factory=list)

    @property
    def closed(self) -> int:
        """Conversations closed, whoever closed them."""
        return sum(self.counts[name] for name in COUNTS if "_closed_by_" in name)


def days_of(account: Account) -> dict[date, Day]:
    """A subscriber's dates, each with what happened on it."""
    days: dict[date, Day] = {}

    def on(time_ms: int) -> Day:
        return days.setdefault(account.date(time_ms), Day())

    for talk in account.conversations:
        on(talk.start_ms).counts["marketplace_opened_conversations"] += 1
        for message in talk.messages:
            if message.by_agent:
                on(message.time_ms).is_active = True
        if talk.end_ms is not None:
            closed = on(talk.end_ms).counts
            closed[f"marketplace_closed_by_{talk.closed_by}"] += 1
            closed["conversations_contained_by_bot"] += is_contained(talk)
        answered, escalated = human_response_ms(talk), escalated_ms(talk)
        if answered is not None and escalated is not None:
            on(talk.start_ms).counts["conversations_with_human_response"] += 1
            on(answered).waits_ms.append(answered - escalated)
    return days


def provider_summary(provider: str, subscribers: list[dict[date, Day]]) -> list[Row]:
    """A provider's dates on which any of the figures is not 0."""
    found = []
    for day in sorted({day for days in subscribers for day in days}):
        own = [days[day] for days in subscribers if day in days]
        figures = {"active_subscribers": sum(one.is_active for one in own)}
        figures |= {name: sum(one.counts[name] for one in own) for name in COUNTS}
        if any(figures.values()):
            found.append({"provider_account_id": provider, "date_day": day} | figures)
    return found


def subscriber_performance(provider: str, account: str, days: dict[date, Day]) -> list[Row]:
    """A subscriber's dates with a closed conversation or a first human response."""
    return [
        {
            "provider_account_id": provider,
            "account_id": account,
            "date_day": day,
            "subscriber_closed_conversations": own.closed,
            "avg_wait_for_first_human_response": v.ratio(
                Decimal(sum(own.waits_ms)) / 1000, len(own.waits_ms)
            ),
        }
        for day, own in days.items()
        if own.closed or own.waits_ms
    ]


def when(time_ms: int | None) -> Any:
    """An instant, if there is one."""
    return None if time_ms is None else v.instant(time_ms)


def conversation_row(provider: str, account: Account, talk: Conversation) -> Row:
    """The metadata of a conversation: the same with and without consent."""
    escalated, answered = escalated_ms(talk), human_response_ms(talk)
    closed = talk.end_ms is not None
    waited = None if answered is None or escalated is None else answered - escalated
    return {
        "provider_account_id": provider,
        "account_id": account.account,
        "conversation_id": talk.conversation_id,
        "started_at": v.instant(talk.start_ms),
        "ended_at": when(talk.end_ms),
        "opened_date": account.date(talk.start_ms),
        "closed_date": None if talk.end_ms is None else account.date(talk.end_ms),
        "status": "closed" if closed else "open",
        "closed_by": talk.closed_by,
        "is_contained": is_contained(talk),
        "escalated_at": when(escalated),
        "first_human_response_at": when(answered),
        "first_human_response_wait_seconds": None if waited is None else waited / 1000,
        "has_human_response": answered is not None,
        "consumer_messages": len(sent_by(talk, CONSUMER)),
        "bot_messages": len(sent_by(talk, BOT)),
        "human_messages": len(sent_by(talk, HUMAN)),
        "transfers": sum(transfer.reason in TRANSFERS for transfer in talk.transfers),
        "is_transcript_shared": account.settings.transcript_sharing,
        "mcs": None if talk.score is None else float(talk.score),
        "csat": None if talk.rating is None else float(talk.rating),
    }


def message_rows(provider: str, account: Account, talk: Conversation) -> Iterable[Row]:
    """A conversation's messages, without their texts where the subscriber did not agree."""
    found: dict[str, Row] = {}
    for number, message in enumerate(talk.messages, start=1):
        message_id = message.message_id or f"unknown {number}"
        row = {
            "provider_account_id": provider,
            "account_id": account.account,
            "conversation_id": talk.conversation_id,
            "message_id": message_id,
            "message_at": v.instant(message.time_ms),
            "sent_by": message.sent_by,
            "agent_id": message.agent,
            "text": message.text if account.settings.transcript_sharing else None,
        }
        found.setdefault(message_id, row)
    return found.values()


def compute_marketplace(accounts: Iterable[Account]) -> Tables:
    """Every marketplace mart."""
    tables: Tables = {name: [] for name in GRAIN}
    subscribers: dict[str, list[dict[date, Day]]] = {}
    for account in accounts:
        provider = provider_of(account.account, account.settings)
        if provider is None:
            continue
        days = days_of(account)
        subscribers.setdefault(provider, []).append(days)
        tables["marketplace_subscriber_performance"] += subscriber_performance(
            provider, account.account, days
        )
        for talk in account.conversations:
            tables["marketplace_conversations"].append(conversation_row(provider, account, talk))
            tables["marketplace_messages"] += message_rows(provider, account, talk)
    for provider, days_of_each in subscribers.items():
        tables["marketplace_provider_summary"] += provider_summary(provider, days_of_each)
    return tables
