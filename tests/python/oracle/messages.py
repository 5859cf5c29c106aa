"""The messages of a conversation, and the people and bots who took part in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import values as v
from .readings import Readings

CONSUMER, BOT, HUMAN = "consumer", "bot", "human"
AGENTS = {"1": HUMAN, "2": BOT}
#: The audience of a note that the consumer does not see.
PRIVATE = "AGENTS_AND_MANAGERS"


@dataclass(frozen=True)
class Message:
    """A message of the consumer or of an agent (human or bot) in the main dialog."""

    time_ms: int
    sent_by: str
    agent: str | None
    message_id: str | None
    text: str | None

    @property
    def by_agent(self) -> bool:
        """Whether a human or a bot wrote it."""
        return self.sent_by != CONSUMER


@dataclass(frozen=True)
class Participant:
    """An entry of the agents who took part; an agent may have several."""

    agent: str | None
    user_type: str | None
    is_assigned: bool
    group: str | None
    time_ms: int | None

    @property
    def is_assigned_human(self) -> bool:
        """Whether this entry puts a human in charge."""
        return self.is_assigned and AGENTS.get(self.user_type or "") == HUMAN


def parse_participants(record: dict[str, Any]) -> tuple[Participant, ...]:
    """The entries as listed."""
    return tuple(
        Participant(
            agent=v.identifier(item.get("agentId")),
            user_type=v.identifier(item.get("userType")),
            is_assigned=v.identifier(item.get("permission")) == "ASSIGNED_AGENT",
            group=v.identifier(item.get("agentGroupId")),
            time_ms=v.nested_ms(item.get("timeL")),
        )
        for item in v.plain_objects(record.get("agentParticipants"))
    )


def user_types(participants: tuple[Participant, ...]) -> dict[str, str]:
    """What each listed agent is, by the first listing."""
    found: dict[str, str] = {}
    for participant in participants:
        if participant.agent is not None:
            found.setdefault(participant.agent, participant.user_type or "")
    return found


def main_messages(
    record: dict[str, Any], participants: tuple[Participant, ...], readings: Readings
) -> tuple[Message, ...]:
    """The main dialog's messages of the consumer and of human or bot agents, in order."""
    listed = user_types(participants)
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
        if v.identifier(item.get("audience")) == PRIVATE:
            continue
        sender = (v.identifier(item.get("sentBy")) or "").lower()
        participant = v.identifier(item.get("participantId"))
        if sender == "consumer":
            sent_by, agent = CONSUMER, None
        elif sender == "agent" and listed.get(participant or "", "1") in AGENTS:
            sent_by, agent = AGENTS[listed.get(participant or "", "1")], participant
        else:
            continue
        text = v.plain(item, "messageData", "msg", "text")
        message = Message(
            time_ms=time_ms,
            sent_by=sent_by,
            agent=agent,
            message_id=v.identifier(item.get("messageId")),
            text=text if isinstance(text, str) else None,
        )
        sequence = v.number(v.identifier(item.get("seq")))
        found.append(((time_ms, sequence is None, sequence or 0, place), message))
    return tuple(message for _, message in sorted(found, key=lambda pair: pair[0]))


def is_other_dialog(dialog_type: str | None, readings: Readings) -> bool:
    """Whether a listed dialog's messages are not the conversation's."""
    if readings.other_dialogs_are_main:
        return dialog_type == "POST_SURVEY"
    return dialog_type != "MAIN"


@dataclass(frozen=True)
class Transfer:
    """A hand-over of the conversation, or an attempt at one."""

    time_ms: int
    reason: str
    actors: frozenset[str]


def parse_transfers(record: dict[str, Any]) -> Iterator[Transfer]:
    """The transfers that have a time."""
    for item in v.plain_objects(record.get("transfers")):
        time_ms = v.nested_ms(item.get("timeL"))
        if time_ms is not None:
            named = {v.identifier(item.get(name)) for name in ("by", "sourceAgentId")}
            yield Transfer(
                time_ms=time_ms,
                reason=v.identifier(item.get("reason")) or "unknown",
                actors=frozenset(actor for actor in named if actor is not None),
            )
