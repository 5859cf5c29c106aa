"""Concierge conversations, rebuilt by walking through the messages one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from .attentive import ESCALATED, INBOUND, SENT, Event, Order
from .readings import Readings
from .settings import Settings
from .values import DAY_MS, HOUR_MS

ORIGIN_MS = 48 * HOUR_MS

Thread = tuple[str, str]


@dataclass
class Conversation:
    """From a subscriber's message until nobody has said anything for so long."""

    phone: str
    program: str
    start_ms: int
    last_ms: int
    origin: str = "subscriber"
    journey: str | None = None
    escalated: bool = False


def is_inbound(event: Event) -> bool:
    """Whether a subscriber writes to an agent."""
    return event.type == INBOUND and event.message_type == "TYPE_CONVERSATION"


def is_agent_send(event: Event) -> bool:
    """Whether an agent writes to a subscriber."""
    return event.type == SENT and event.message_type == "CONCIERGE"


def is_other_send(event: Event) -> bool:
    """Whether something else is sent to a subscriber, of whatever type or none."""
    return event.type == SENT and event.message_type != "CONCIERGE"


def conversations_of(
    events: list[Event], settings: Settings, readings: Readings
) -> list[Conversation]:
    """The conversations of an account, with their origins and escalations."""
    idle_ms = settings.concierge_idle_hours * HOUR_MS
    of_phone: dict[str, list[Event]] = defaultdict(list)
    threads: dict[Thread, list[Event]] = defaultdict(list)
    for event in events:
        if event.phone is None:
            continue
        of_phone[event.phone].append(event)
        if is_inbound(event) or is_agent_send(event):
            threads[event.phone, event.program].append(event)
    found = []
    for thread, messages in sorted(threads.items()):
        for conversation in walk(thread, messages, idle_ms):
            give_origin(conversation, of_phone[thread[0]], readings)
            conversation.escalated = is_escalated(conversation, of_phone[thread[0]], idle_ms)
            found.append(conversation)
    return found


def walk(thread: Thread, messages: list[Event], idle_ms: Decimal) -> Iterator[Conversation]:
    """One (phone, program)'s messages in order, each asked whether a conversation is open."""
    phone, program = thread
    current: Conversation | None = None
    for message in sorted(messages, key=lambda one: (one.time_ms, not is_inbound(one))):
        if current is not None and message.time_ms <= current.last_ms + idle_ms:
            current.last_ms = message.time_ms
        elif is_inbound(message):
            if current is not None:
                yield current
            current = Conversation(phone, program, message.time_ms, message.time_ms)
    if current is not None:
        yield current


def give_origin(conversation: Conversation, events: Iterable[Event], readings: Readings) -> None:
    """Of the phone's events, the latest campaign or journey in the 48 hours before the start."""
    candidates = [
        event
        for event in events
        if event.type == SENT
        and event.message_type in ("CAMPAIGN", "JOURNEY")
        and conversation.start_ms - ORIGIN_MS <= event.time_ms <= conversation.start_ms
    ]
    if not candidates:
        return

    def rank(event: Event) -> tuple[int, bool, str]:
        is_journey = event.message_type == "JOURNEY"
        member = event.journey if is_journey else event.campaign
        return event.time_ms, is_journey == readings.journey_wins_a_tie, member or ""

    latest = max(candidates, key=rank)
    if latest.message_type == "JOURNEY":
        conversation.origin = "journey"
        conversation.journey = latest.journey or "unknown"
    else:
        conversation.origin = "campaign"


def is_escalated(conversation: Conversation, events: Iterable[Event], idle_ms: Decimal) -> bool:
    """Whether, among the phone's events, an agent handed it over while it was open."""
    return any(
        event.type == ESCALATED
        and event.program == conversation.program
        and conversation.start_ms <= event.time_ms <= conversation.last_ms + idle_ms
        for event in events
    )


def winner(
    order: Order, conversations: Iterable[Conversation], settings: Settings
) -> Conversation | None:
    """The latest conversation of the order's subscriber whose window holds it, of any program."""
    window_ms = settings.concierge_attribution_days * DAY_MS
    candidates = [
        conversation
        for conversation in conversations
        if conversation.phone == order.phone
        and conversation.start_ms <= order.time_ms <= conversation.start_ms + window_ms
    ]
    return max(candidates, key=lambda one: (one.start_ms, one.program), default=None)
