"""Messaging conversations: who wrote when, how they closed, what they scored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import values as v
from .landing import Current
from .members import Configuration, Members
from .messages import (
    Message,
    Participant,
    Transfer,
    main_messages,
    parse_participants,
    parse_transfers,
)
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
    participants: tuple[Participant, ...]
    transfers: tuple[Transfer, ...]
    csat: tuple[Decimal, ...]
    rating: Decimal | None
    score: Decimal | None
    mcs: Decimal | None

    @property
    def outcome(self) -> str:
        """abandoned, interactive or non_interactive: the three partition closed."""
        by_agent = [message.by_agent for message in self.messages]
        if by_agent and True not in by_agent:
            return "abandoned"
        if True in by_agent and False in by_agent[by_agent.index(True) :]:
            return "interactive"
        return "non_interactive"

    def responses(self) -> Iterator[tuple[int, int]]:
        """(time of the consumer's reply, ms since the agent's run of messages began)."""
        run_start: int | None = None
        for message in self.messages:
            if message.by_agent:
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
    participants = parse_participants(record)
    agent, agent_group = credited_agent(info, participants, settings)
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
        messages=main_messages(record, participants, readings),
        participants=participants,
        transfers=tuple(parse_transfers(record)),
        csat=csat_answers(record) if closed else (),
        rating=delivered_rating(info),
        score=v.number(info.get("mcs")),
        mcs=v.number(info.get("mcs")) if closed else None,
    )


def credited_agent(
    info: dict[str, Any], participants: tuple[Participant, ...], settings: Settings
) -> tuple[str | None, str | None]:
    """(agent, group) of a conversation: the latest, or the first assigned where so credited."""
    latest = v.identifier(info.get("latestAgentId")), v.identifier(info.get("latestAgentGroupId"))
    if settings.agent_credit == "last":
        return latest
    assigned = [one for one in participants if one.is_assigned and one.agent is not None]
    if not assigned:
        return latest
    first = min(assigned, key=lambda one: (one.time_ms is None, one.time_ms or 0))
    return first.agent, first.group


def delivered_rating(info: dict[str, Any]) -> Decimal | None:
    """The conversation's own rating as delivered: csat, else csatRate."""
    rating = v.number(info.get("csat"))
    return v.number(info.get("csatRate")) if rating is None else rating


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
