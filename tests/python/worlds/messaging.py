"""Conversations: open and closed versions, messages, participants, transfers and surveys."""

from __future__ import annotations

from typing import Any

from .cast import (
    AGENTS,
    CAMPAIGNS,
    CONVERSATIONS,
    ENGAGEMENTS,
    ENTRY_POINTS,
    GOALS,
    GROUPS,
    LOBS,
    SKILLS,
    UNDELIVERED_VISIT,
    VISITS,
    Cast,
)
from .dice import ABSENT, DAY, HOUR, MINUTE, NO_TIMES, record

SOURCES = ("SHARK", "SHARK", "SHARK", "APP", "APP", "APP", "SMS", "TWILIO", "FACEBOOK", "ABC")
MORE_SOURCES = ("APPLE_BUSINESS_CHAT", "GOOGLE_RCS", "GMB", "LINE", "WHATSAPP", "WECHAT", "AGENT")
REASONS = ("Skill", "Agent", "back2Q", "SuggestedAgentTimeout", "TakeOver", "Teleport", None)
STEPS = (0, 0, 1, 1500, MINUTE, MINUTE, HOUR, DAY)


def conversations(cast: Cast) -> list[list[dict[str, Any]]]:
    """The versions of each conversation, oldest first."""
    found = []
    least = 0 if "conversations" in cast.quiet else 3
    for conversation in cast.dice.some(CONVERSATIONS, 9, least):
        start = opening(cast)
        versions = []
        for _ in range(cast.dice.pick((1, 1, 2, 3))):
            if cast.dice.chance(0.1):
                start = opening(cast)
            versions.append(build(cast, conversation, start))
        found.append(versions)
    return found


def opening(cast: Cast) -> int:
    """When a conversation starts: near a visit's touches, or at one of the instants."""
    dice = cast.dice
    near = [time_ms for time_ms in cast.claimed if 10**12 < time_ms < 4 * 10**12]
    if near and dice.chance(0.6):
        return dice.pick(near) + dice.pick((0, 0, 0, 1, MINUTE))
    return cast.moment()


def build(cast: Cast, conversation: str, start: int) -> dict[str, Any]:
    """One version of a conversation."""
    dice = cast.dice
    end: int | None = dice.pick(
        (start + MINUTE, start + HOUR, start + DAY, start + 1, cast.moment(), start)
    )
    if dice.chance(0.15):
        end = dice.pick((None, 5, 4_102_444_800_000, 4_102_444_799_999))
    known = tuple(cast.visitor_of) or VISITS
    session = dice.pick((*known, *known, *VISITS, UNDELIVERED_VISIT, None, None))
    info = record(
        brandId=dice.id(cast.account),
        conversationId=dice.id(conversation),
        startTimeL=dice.time(start),
        endTimeL=dice.time(end),
        duration=dice.pick((0, 78970, "NA", ABSENT)),
        status=dice.name(dice.pick(("CLOSE", "CLOSE", "CLOSE", "OPEN", "PAUSED", None))),
        closeReason=dice.name(dice.pick(("AGENT", "CONSUMER", "SYSTEM", "TIMEOUT", None))),
        source=dice.name(dice.pick((*SOURCES, *SOURCES, *MORE_SOURCES, "PIGEON", None))),
        device=dice.name(dice.pick(("DESKTOP", "TABLET", "MOBILE", "FRIDGE", None))),
        sessionId=dice.id(session),
        mcs=dice.pick((-60, -20, "-5", 0, "0", 50, -1, "-1", "67.5", "null", None, ABSENT)),
        csat=rating(cast),
        csatRate=rating(cast),
        latestSkillId=dice.id(cast.member(SKILLS)),
        latestAgentId=dice.id(cast.member(AGENTS)),
        latestAgentGroupId=dice.id(cast.member(GROUPS)),
        isPartial=dice.pick((True, False, ABSENT)),
    )
    fields = record(
        info=dice.litter(info),
        campaign=campaign(cast),
        messageRecords=listed(cast, messages(cast, start)),
        agentParticipants=listed(cast, participants(cast, start)),
        consumerParticipants=dice.pick((ABSENT, None, [{"participantId": "consumer"}])),
        transfers=listed(cast, transfers(cast, start)),
        conversationSurveys=listed(cast, surveys(cast)),
        dialogs=dialogs(cast),
    )
    return dice.litter(fields)


def listed(cast: Cast, items: list[Any]) -> Any:
    """A list; an empty one may be absent or null."""
    return items if items else cast.dice.pick((ABSENT, None, []))


def rating(cast: Cast) -> Any:
    """A rating on the conversation, if any."""
    return cast.dice.pick((1, 3, 4, 5, "5", "4.0", 5.0, 0, 6, -1, "NA", None, ABSENT, ABSENT))


def campaign(cast: Cast) -> Any:
    """The campaign container, in parts or missing."""
    dice = cast.dice
    if dice.chance(0.15):
        return dice.pick((ABSENT, None, {}, "null"))
    return dice.litter(
        record(
            campaignEngagementId=dice.id(cast.member(ENGAGEMENTS)),
            campaignId=dice.id(cast.member(CAMPAIGNS)),
            goalId=dice.id(cast.member(GOALS, 0.4)),
            lobId=dice.id(cast.member(LOBS, 0.4)),
            locationId=dice.id(cast.member(ENTRY_POINTS, 0.4)),
            campaignName="never used",
        )
    )


def messages(cast: Cast, start: int) -> list[Any]:
    """Messages in any order, with ties, of every kind of sender and dialog."""
    dice = cast.dice
    found = []
    time_ms = start
    numbered = dice.chance(0.8)
    for index in range(dice.pick((0, 1, 2, 3, 5, 8, 8))):
        time_ms += dice.pick(STEPS)
        if dice.chance(0.05):
            time_ms = cast.moment()
        at = dice.pick((0, -5, 5_000_000_000_000)) if dice.chance(0.02) else time_ms
        written = dice.pick(NO_TIMES) if dice.chance(0.04) else dice.time(at)
        sequence: Any = index + dice.pick((0, 8, 2**53))
        found.append(
            dice.litter(
                record(
                    messageId=f"m{index}",
                    seq=dice.pick((sequence, str(sequence))) if numbered else ABSENT,
                    dialogId=dice.pick(("main", "main", "main", "survey", "nowhere", None, ABSENT)),
                    participantId=dice.id(dice.pick((*AGENTS, "consumer", None))),
                    timeL=written,
                    type="TEXT_PLAIN",
                    sentBy=dice.pick(
                        ("Consumer", "consumer", "Agent", "AGENT", "Controller", None)
                    ),
                    audience=dice.pick((ABSENT, ABSENT, None, "ALL", "ALL", "AGENTS_AND_MANAGERS")),
                    messageData=dice.pick((ABSENT, None, {"msg": {"text": "-1"}})),
                )
            )
        )
    return dice.shuffled(found) if dice.chance(0.4) else found


def participants(cast: Cast, start: int) -> list[Any]:
    """Agents of every type, some twice; nobody joins twice at one instant."""
    dice = cast.dice
    found = []
    offsets = dice.shuffled(range(-3, 7))
    agents = dice.some(AGENTS, 4)
    for index, agent in enumerate(agents + dice.some(agents, 2)):
        time_ms = start + offsets[index] * MINUTE
        found.append(
            dice.litter(
                record(
                    agentId=dice.id(agent),
                    userType=dice.pick(("1", "1", "2", 1, 2, "0", 0, "5", None, ABSENT)),
                    permission=dice.pick(("ASSIGNED_AGENT", "ASSIGNED_AGENT", "READER", None)),
                    agentGroupId=dice.id(cast.member(GROUPS)),
                    timeL=dice.time(time_ms),
                )
            )
        )
    if cast.contentious and found:
        found[0]["timeL"] = None
    return found


def transfers(cast: Cast, start: int) -> list[Any]:
    """Transfers of every reason; those without a time are ignored."""
    dice = cast.dice
    return [
        record(
            timeL=dice.time(dice.pick((start + MINUTE, start + DAY, cast.moment(), None))),
            reason=dice.pick(REASONS),
            sourceSkillId=dice.id(cast.member(SKILLS)),
            targetSkillId=dice.id(cast.member(SKILLS)),
            by=dice.id(cast.member(AGENTS)),
        )
        for _ in range(dice.pick((0, 0, 0, 1, 2, 3)))
    ]


def surveys(cast: Cast) -> list[Any]:
    """Surveys with answers of every spelling."""
    dice = cast.dice
    answers = (1, 2, "3", 4, "4", 5, "5", 5.0, "4.0", 0, 6, "-1", "good", None, ABSENT, [5])
    return [
        record(
            surveyType="Satisfaction",
            surveyStatus=dice.pick(("FILLED", "OPEN")),
            surveyData=listed(
                cast,
                [
                    record(
                        question="How was it?",
                        answer=dice.pick(answers),
                        questionType=dice.pick(("csat", "csat", "csat", "nps", "fcr", None)),
                        isValidAnswer=dice.pick((True, True, None, ABSENT, False)),
                    )
                    for _ in range(dice.between(0, 3))
                ],
            ),
        )
        for _ in range(dice.pick((0, 0, 1, 2)))
    ]


def dialogs(cast: Cast) -> Any:
    """The dialogs of the conversation; some messages belong to none of them."""
    dice = cast.dice
    main = record(dialogId="main", dialogType="MAIN")
    survey = record(dialogId="survey", dialogType="POST_SURVEY")
    other = record(dialogId="nowhere", dialogType="COBROWSE")
    choices: list[Any] = [[main, survey], [survey], [survey, main], [main], ABSENT, None]
    if cast.contentious:
        choices.append([main, survey, other])
    return dice.pick(choices)
