"""The marketplace: who is whose subscriber, who agreed to share, and bots in front of people.

It has dice of its own, so that everything else in a world is what it would be without it. Only
texts and ids of messages are written over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .cast import AGENTS, GROUPS, SKILLS, Cast
from .dice import ABSENT, DAY, HOUR, MINUTE, NO_TIMES, Dice, record

#: Conversations that nothing but this module tells of.
CONVERSATIONS = ("b1", "b2", "820", "b-é", "82", "b3", "b 4", "083")
CONSENT = ("yes", "YES", "true", "True", "1", "yes", "no", "FALSE", "0", "", "", "")
NOBODY = ("", "", "NA", "-1", "null")
OUTSIDERS = ("net-1", "net-1", "net-2", "0")
SPAN = 10
BOTS = ("bot-1", "800")
PEOPLE = ("amy", "801")
#: What most conversations are about: a bot alone, a bot that hands over to people, or anything.
PLOTS = ("alone", "alone", "handover", "handover", "handover", "anything")
STEPS = (0, 0, 0, 1, 1, 1500, MINUTE, HOUR, DAY)
TEXTS: tuple[Any, ...] = (
    "Where is my order?",
    'He said: "5\'4, or so"\nand left',
    "é 日本 🙂",
    "-1",
    "null",
    "",
    " two  spaces ",
    "<b>&amp;</b>\t\\n",
)
NO_TEXTS: tuple[Any, ...] = (5, 5.5, True, ["a"], {"text": "deeper"}, None, ABSENT)


def settings(seed: int, index: int, named: Callable[[int], str]) -> dict[str, str]:
    """An account's provider and consent. The first of every ten accounts provides for the rest."""
    dice = Dice(f"{seed}/{index}/marketplace")
    head = index - index % SPAN
    providers = (
        *(named(head),) * 8,
        *(named(index + 1 - 2 * (index % 2)),) * 2,
        named(index),
        *OUTSIDERS,
        *NOBODY,
    )
    provider = dice.pick(providers)
    if index == head:
        earlier = (named(max(index - SPAN, 0)), named(index + SPAN))
        provider = dice.pick((*earlier, *OUTSIDERS, "", "", "", named(index)))
    return {"provider_account_id": provider, "transcript_sharing": dice.pick(CONSENT)}


def dice_of(cast: Cast, use: str) -> Dice:
    """A stream of this module for an account."""
    dice = Dice(f"{cast.seed}/marketplace/{use}")
    dice.mess = cast.dice.mess
    return dice


def overwritten(cast: Cast, chains: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """The same conversations; their messages have texts, and ids that repeat or are missing."""
    dice = dice_of(cast, "texts")
    for versions in chains:
        for talk in versions:
            for message in talk.get("messageRecords") or ():
                if isinstance(message, dict):
                    write_over(dice, message)
    return chains


def write_over(dice: Dice, message: dict[str, Any]) -> None:
    """Give a message another text, and sometimes another id."""
    message["messageData"] = message_data(dice)
    if dice.chance(0.25):
        message_id = dice.id(dice.pick((None, None, "m0", "m1", "7", "unknown 2", "é")))
        if message_id is ABSENT:
            message.pop("messageId", None)
        else:
            message["messageId"] = message_id
    if message["messageData"] is ABSENT:
        del message["messageData"]


def message_data(dice: Dice) -> Any:
    """What a message carries: a text mostly, else anything."""
    if dice.chance(0.1):
        return dice.pick((ABSENT, None, {}, {"msg": None}, {"msg": "text"}, {"msg": {}}, "text", 5))
    text = dice.pick(NO_TEXTS) if dice.chance(0.1) else dice.pick(TEXTS)
    return {"msg": record(text=text)}


def behind_bots(cast: Cast) -> list[list[dict[str, Any]]]:
    """Conversations in which bots stand in front of people, in versions, oldest first."""
    if "conversations" in cast.quiet:
        return []
    dice = dice_of(cast, "conversations")
    found = []
    for conversation in dice.some(CONVERSATIONS, 8, 2):
        start = dice.pick(cast.moments)
        versions = [build(cast, dice, conversation, start) for _ in range(dice.pick((1, 1, 2)))]
        found.append(versions)
    return found


def build(cast: Cast, dice: Dice, conversation: str, start: int) -> dict[str, Any]:
    """One version: everything in it happens at a handful of instants."""
    instants = [start]
    for _ in range(4):
        instants.append(instants[-1] + dice.pick(STEPS))
    is_open = dice.chance(0.25)
    end = dice.pick((*instants, instants[-1] + HOUR, dice.pick(cast.moments)))
    info = record(
        brandId=dice.id(cast.account),
        conversationId=dice.id(conversation),
        startTimeL=dice.time(start),
        endTimeL=dice.time(None if is_open and dice.chance(0.7) else end),
        status="OPEN" if is_open else "CLOSE",
        closeReason=dice.pick(("AGENT", "CONSUMER", "SYSTEM", "TIMEOUT", ABSENT)),
        source=dice.pick(("SHARK", "APP", "WHATSAPP")),
        sessionId=dice.pick((ABSENT, None)),
        mcs=dice.pick((-60, "-5", 0, 50, -1, "null", None, ABSENT)),
        csat=dice.pick((1, "4", 5.0, 0, 7, -1, "NA", None, ABSENT)),
        csatRate=dice.pick((2, "5", "3.5", None, ABSENT)),
        latestSkillId=dice.id(dice.pick(SKILLS)),
        latestAgentId=dice.id(dice.pick((*AGENTS, *PEOPLE))),
        latestAgentGroupId=dice.id(dice.pick(GROUPS)),
    )
    plot = dice.pick(PLOTS)
    people = participants(dice, instants, plot)
    fields = record(
        info=dice.litter(info),
        agentParticipants=people,
        messageRecords=messages(dice, instants, plot, people),
        transfers=transfers(dice, instants, plot),
        dialogs=dice.pick(
            (
                ABSENT,
                [{"dialogId": "main", "dialogType": "MAIN"}],
                [{"dialogId": "survey", "dialogType": "POST_SURVEY"}],
            )
        ),
    )
    return dice.litter(fields)


def participants(dice: Dice, instants: list[int], plot: str) -> list[dict[str, Any]]:
    """A bot mostly, people sometimes, and entries that contradict each other.

    Who was assigned first may not depend on a tie, so those who have a time have one each.
    """
    found = []
    if plot != "anything" or dice.chance(0.5):
        found.append(entry(dice, dice.pick(BOTS), "2", instants[0] - MINUTE))
    if plot == "alone":
        found += bystanders(dice, instants[1])
        return [written(dice, one) for one in found]
    if plot == "handover":
        found.append(entry(dice, dice.pick(PEOPLE), "1", dice.pick(instants[1:3])))
        found[-1]["permission"] = "ASSIGNED_AGENT"
    for number in range(1, dice.pick((1, 1, 2, 3, 4))):
        at: int | None = dice.pick(instants) + number * 7
        user_type = dice.pick(("1", "1", "1", "1", "2", "0", "5"))
        who: str | None = dice.pick((*PEOPLE, *PEOPLE, *PEOPLE, *BOTS, None))
        taken = [one["timeL"] for one in found]
        if dice.chance(0.2) and None not in taken:
            at = None
        while at is not None and at in taken:
            at += 1
        found.append(entry(dice, who, user_type, at))
    if dice.chance(0.3):
        found.reverse()
    return [written(dice, one) for one in found]


def bystanders(dice: Dice, at: int) -> list[dict[str, Any]]:
    """Who else is listed where only a bot writes: people not in charge mostly."""
    kinds: tuple[tuple[str | None, str, str | None, int | None], ...] = (
        ("amy", "1", "READER", at),
        ("801", "1", None, at),
        ("amy", "0", "ASSIGNED_AGENT", at),
        ("801", "5", "ASSIGNED_AGENT", at),
        (None, "1", "ASSIGNED_AGENT", at),
        ("amy", "1", "ASSIGNED_AGENT", None),
    )
    if dice.chance(0.6):
        return []
    who, user_type, permission, joined = dice.pick(kinds)
    return [entry(dice, who, user_type, joined) | {"permission": permission}]


def entry(dice: Dice, who: str | None, user_type: str, at: int | None) -> dict[str, Any]:
    """A participant, not yet spelt."""
    permissions = ("ASSIGNED_AGENT", "ASSIGNED_AGENT", "ASSIGNED_AGENT", "READER", "MANAGER", None)
    return {
        "agentId": who,
        "userType": user_type,
        "permission": dice.pick(permissions),
        "timeL": at,
    }


def written(dice: Dice, one: dict[str, Any]) -> dict[str, Any]:
    """A participant as the vendor spells it."""
    number = int(one["userType"])
    return dice.litter(
        record(
            agentId=dice.id(one["agentId"]),
            userType=dice.pick((one["userType"], number)),
            permission=dice.name(one["permission"]),
            agentGroupId=dice.id(dice.pick(GROUPS)),
            timeL=dice.pick(NO_TIMES) if one["timeL"] is None else dice.time(one["timeL"]),
        )
    )


def messages(
    dice: Dice, instants: list[int], plot: str, people: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Messages of the consumer, of bots and people, many at one instant, in the array's order."""
    agents = [one.get("agentId") for one in people]
    if plot == "alone":
        agents = agents[:1]
    elif plot == "anything":
        agents += [dice.pick(PEOPLE), "stranger", None]
    numbered = dice.chance(0.5)
    found = []
    for index in range(dice.pick((0, 2, 4, 6, 9))):
        sender = dice.pick(("Consumer", "Agent", "Agent", "Agent", "Controller"))
        consumers = ("shopper", "shopper", None, *BOTS[:1])
        pool = consumers if sender == "Consumer" or not agents else agents
        message = record(
            messageId=f"{dice.pick(('ms', 'ms', '7'))}{index}",
            seq=dice.pick((index, str(index), 20 - index, ABSENT)) if numbered else ABSENT,
            dialogId=dice.pick(("main", "main", "main", "main", "survey", ABSENT)),
            participantId=dice.pick(pool),
            timeL=dice.time(dice.pick(instants) + dice.pick((0, 0, 0, 0, 1, -1))),
            sentBy=sender,
        )
        write_over(dice, message)
        found.append(dice.litter(message))
    return found


def transfers(dice: Dice, instants: list[int], plot: str) -> list[dict[str, Any]]:
    """Transfers by bots, by people or by nobody, at the instants of messages mostly."""
    found = [transfer(dice, instants) for _ in range(dice.pick((0, 0, 1, 1, 2, 4)))]
    if plot == "alone":
        return found[:1]
    if plot == "handover" and dice.chance(0.5):
        by_bot = transfer(dice, instants[1:3]) | {dice.pick(("by", "sourceAgentId")): BOTS[0]}
        found.insert(0, by_bot | {"reason": dice.pick(("Skill", "Agent"))})
    return found


def transfer(dice: Dice, instants: list[int]) -> dict[str, Any]:
    """A transfer of any reason, by anybody."""
    at = dice.pick(NO_TIMES) if dice.chance(0.06) else dice.time(dice.pick(instants))
    actors = (*BOTS, *BOTS, *PEOPLE, "stranger", None)
    return record(
        timeL=at,
        reason=dice.pick(("Skill", "Skill", "Agent", "back2Q", "TakeOver", "Teleport", None)),
        by=dice.id(dice.pick(actors)),
        sourceAgentId=dice.id(dice.pick((*actors, None, None))),
        assignedAgentId=dice.id(dice.pick(PEOPLE)),
        sourceSkillId=dice.id(dice.pick(SKILLS)),
        targetSkillId=dice.id(dice.pick(SKILLS)),
    )
