"""Messaging conversations: who wrote when, how they closed, what they scored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import Current
from .members import Configuration, Members
from .readings import Readings
from .settings import Settings

SOURCE_TYPES = {
    "SHARK": "web",
    "APP": "brand_app",
    "SMS": "twilio_sms",
    "TWILIO": "twilio_sms",
    "FACEBOOK": "facebook",
    "APPLE_BUSINESS_CHAT": "apple_business_chat",
    "ABC": "apple_business_chat",
    "GOOGLE_RCS": "google",
    "GMB": "google",
    "LINE": "line",
    "WHATSAPP": "whatsapp",
    "WECHAT": "wechat",
    "AGENT": "agent",
}
DEVICES = ("DESKTOP", "TABLET", "MOBILE")
CONSUMER, AGENT = "consumer", "agent"


@dataclass(frozen=True)
class Message:
    """A message of the consumer or of an agent (human or bot) in the main dialog."""

    time_ms: int
    side: str


@dataclass(frozen=True)
class Conversation:
    """The current version of a conversation."""

    conversation_id: str
    start_ms: int
    end_ms: int | None
    closed_by: str | None
    session: str | None
    device: str
    source_type: str
    members: Members
    goal: str | None
    agent: str
    skill: str
    agent_group: str
    messages: tuple[Message, ...]
    transfers: tuple[tuple[int, str], ...]
    csat: tuple[Decimal, ...]
    mcs: Decimal | None

    @property
    def outcome(self) -> str:
        """abandoned, interactive or non_interactive: the three partition closed."""
        sides = [message.side for message in self.messages]
        if CONSUMER in sides and AGENT not in sides:
            return "abandoned"
        if AGENT in sides and CONSUMER in sides[sides.index(AGENT) :]:
            return "interactive"
        return "non_interactive"

    def responses(self) -> Iterator[tuple[int, int]]:
        """(time of the consumer's reply, ms since the agent's run of messages began)."""
        run_start: int | None = None
        for message in self.messages:
            if message.side == AGENT:
                run_start = message.time_ms if run_start is None else run_start
            elif run_start is not None:
                yield message.time_ms, message.time_ms - run_start
                run_start = None


def parse_conversation(
    current: Current, configuration: Configuration, settings: Settings, readings: Readings
) -> Conversation:
    """Read the current version of a conversation."""
    record = current.record
    info = record["info"]
    campaign = record.get("campaign")
    end_ms = v.epoch_ms(info.get("endTimeL"))
    closed = v.identifier(info.get("status")) == "CLOSE" and v.usable(end_ms)
    reason = v.identifier(info.get("closeReason"))
    agent, agent_group = credited_agent(record, settings)
    return Conversation(
        conversation_id=current.key[1],
        start_ms=current.time_ms or 0,
        end_ms=end_ms if closed else None,
        closed_by={"AGENT": "agent", "CONSUMER": "consumer"}.get(reason or "", "system")
        if closed
        else None,
        session=v.identifier(info.get("sessionId")),
        device=v.one_of(info.get("device"), *DEVICES),
        source_type=SOURCE_TYPES.get(v.identifier(info.get("source")) or "", "unknown"),
        members=configuration.resolve(
            v.identifier(v.plain(campaign, "campaignEngagementId")),
            v.identifier(v.plain(campaign, "campaignId")),
            v.identifier(v.plain(campaign, "lobId")),
            v.identifier(v.plain(campaign, "locationId")),
        ),
        goal=v.identifier(v.plain(campaign, "goalId")),
        agent=agent or "unknown",
        skill=v.identifier(info.get("latestSkillId")) or "unknown",
        agent_group=agent_group or "unknown",
        messages=main_messages(record, readings),
        transfers=tuple(parse_transfers(record)),
        csat=csat_answers(record) if closed else (),
        mcs=v.number(info.get("mcs")) if closed else None,
    )


def credited_agent(record: dict[str, Any], settings: Settings) -> tuple[str | None, str | None]:
    """(agent, group) of a conversation: the latest, or the first assigned where so credited."""
    info = record["info"]
    latest = v.identifier(info.get("latestAgentId")), v.identifier(info.get("latestAgentGroupId"))
    if settings.agent_credit == "last":
        return latest
    assigned = [
        participant
        for participant in v.plain_objects(record.get("agentParticipants"))
        if v.identifier(participant.get("permission")) == "ASSIGNED_AGENT"
        and v.identifier(participant.get("agentId")) is not None
    ]
    if not assigned:
        return latest

    def joined(participant: dict[str, Any]) -> tuple[bool, int]:
        time_ms = v.nested_ms(participant.get("timeL"))
        return time_ms is None, time_ms or 0

    first = min(assigned, key=joined)
    return v.identifier(first.get("agentId")), v.identifier(first.get("agentGroupId"))


def main_messages(record: dict[str, Any], readings: Readings) -> tuple[Message, ...]:
    """The main dialog's messages of the consumer and of human or bot agents, in order."""
    user_types: dict[str, str] = {}
    for participant in v.plain_objects(record.get("agentParticipants")):
        agent_id = v.identifier(participant.get("agentId"))
        if agent_id is not None:
            user_types.setdefault(agent_id, v.identifier(participant.get("userType")) or "")
    other = {
        v.identifier(dialog.get("dialogId"))
        for dialog in v.plain_objects(record.get("dialogs"))
        if is_other_dialog(v.identifier(dialog.get("dialogType")), readings)
    } - {None}
    found: list[tuple[tuple[Any, ...], Message]] = []
    for place, item in enumerate(v.plain_objects(record.get("messageRecords"))):
        time_ms = v.nested_ms(item.get("timeL"))
        if time_ms is None or v.identifier(item.get("dialogId")) in other:
            continue
        sender = v.identifier(item.get("sentBy"))
        user_type = user_types.get(v.identifier(item.get("participantId")) or "", "1")
        if sender == "Consumer":
            side = CONSUMER
        elif sender == "Agent" and user_type in ("1", "2"):
            side = AGENT
        else:
            continue
        sequence = v.number(v.identifier(item.get("seq")))
        order = (time_ms, sequence is None, sequence or 0, place)
        found.append((order, Message(time_ms, side)))
    return tuple(message for _, message in sorted(found, key=lambda pair: pair[0]))


def is_other_dialog(dialog_type: str | None, readings: Readings) -> bool:
    """Whether a listed dialog's messages are not the conversation's."""
    if readings.other_dialogs_are_main:
        return dialog_type == "POST_SURVEY"
    return dialog_type != "MAIN"


def parse_transfers(record: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """(time, reason) of each transfer that has a time."""
    for transfer in v.plain_objects(record.get("transfers")):
        time_ms = v.nested_ms(transfer.get("timeL"))
        if time_ms is not None:
            yield time_ms, v.identifier(transfer.get("reason")) or "unknown"


def csat_answers(record: dict[str, Any]) -> tuple[Decimal, ...]:
    """The valid answers of the surveys, else the rating of the conversation."""
    answers = []
    for survey in v.plain_objects(record.get("conversationSurveys")):
        for row in v.plain_objects(survey.get("surveyData")):
            valid = v.scalar_text(row.get("isValidAnswer")) != "false"
            if v.identifier(row.get("questionType")) == "csat" and valid:
                answers.append(v.number(row.get("answer")))
    rated = tuple(answer for answer in answers if answer is not None and 1 <= answer <= 5)
    if rated:
        return rated
    for name in ("csat", "csatRate"):
        rating = v.number(record["info"].get(name))
        if rating is not None and 1 <= rating <= 5:
            return (rating,)
    return ()
