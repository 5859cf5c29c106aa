"""A conversation as plain facts, and its record as the vendor shows it at a given moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from demo.liveperson.brands import Agent, Brand, Engagement

Json = dict[str, Any]


@dataclass
class Message:
    """One message; sender is an agent, or None for the consumer."""

    at: int
    text: str
    sender: Agent | None
    survey: bool = False
    kind: str = "TEXT_PLAIN"


@dataclass
class Conversation:
    """Everything that happened, whenever the vendor gets to tell it."""

    id: str
    brand: Brand
    start: int
    source: str
    consumer_id: str
    skill_id: int
    session_id: str | None = None
    engagement: Engagement | None = None
    device: str = "MOBILE"
    end: int | None = None  # None: still open when the data ends
    close_reason: str = "AGENT"
    mcs: int | None = None
    csat: int | None = None
    first: bool = True
    partial: bool = False
    messages: list[Message] = field(default_factory=list)
    joined: list[tuple[int, Agent, str]] = field(default_factory=list)
    transfers: list[Json] = field(default_factory=list)
    survey: Json | None = None
    survey_at: int | None = None

    @property
    def last_event(self) -> int:
        """The last moment at which the record changes."""
        return max([self.start, self.end or 0, *(message.at for message in self.messages)])


def stamp(at: int) -> str:
    """The vendor's readable time."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{at % 1000:03d}+0000"


def timed(at: int) -> Json:
    """A time in both of its forms."""
    return {"time": stamp(at), "timeL": at}


def transfer(
    at: int, reason: str, by: Agent, source: Agent | None, skill: int, **more: Any
) -> Json:
    """A transfer row; `target_skill` and `assigned` where it has them."""
    return {
        **timed(at),
        "reason": reason,
        "by": str(by.id),
        "sourceSkillId": skill,
        "targetSkillId": more.get("target_skill", skill),
        "sourceAgentId": str(source.id) if source else "null",
        "assignedAgentId": str(more["assigned"].id) if "assigned" in more else "null",
    }


def _campaign(conversation: Conversation) -> Json:
    engagement = conversation.engagement
    if engagement is None:
        return {}
    campaign = conversation.brand.campaign(engagement.campaign_id)
    return {
        "campaign": {
            "campaignEngagementId": str(engagement.id),
            "campaignEngagementName": engagement.name,
            "campaignId": str(campaign.id),
            "campaignName": campaign.name,
            "goalId": str(campaign.goal_id),
            "goalName": campaign.goal_kind,
            "engagementSource": "MOBILE_APP" if engagement.kind == "app" else "WEB_SITE",
            "lobId": campaign.lob_id,
            "lobName": campaign.lob_name,
            "locationId": str(engagement.location_id),
            "locationName": engagement.location_name,
        }
    }


def _messages(conversation: Conversation, as_of: int) -> list[Json]:
    rows = []
    for seq, message in enumerate(m for m in conversation.messages if m.at <= as_of):
        sender = message.sender
        dialog = conversation.id + ("-survey" if message.survey else "")
        rows.append(
            {
                "type": message.kind,
                "messageData": {"msg": {"text": message.text}},
                "messageId": f"ms::conv:{conversation.id}::msg:{seq}",
                "seq": seq,
                "dialogId": dialog,
                "participantId": str(sender.id) if sender else conversation.consumer_id,
                "source": conversation.source,
                **timed(message.at),
                "sentBy": "Agent" if sender else "Consumer",
            }
        )
    return rows


def _participants(conversation: Conversation, as_of: int) -> list[Json]:
    groups = conversation.brand.groups
    return [
        {
            "agentFullName": agent.name,
            "agentNickname": agent.name.split()[0],
            "agentLoginName": agent.login,
            "agentId": str(agent.id),
            "userType": agent.user_type,
            "userTypeName": {"1": "Human", "2": "Bot"}[agent.user_type],
            "role": "AGENT",
            "agentGroupId": agent.group_id,
            "agentGroupName": groups[agent.group_id],
            **timed(at),
            "permission": permission,
            "dialogId": conversation.id,
        }
        for at, agent, permission in conversation.joined
        if at <= as_of
    ]


def _info(conversation: Conversation, as_of: int) -> Json:
    closed = conversation.end is not None and conversation.end <= as_of
    assigned = [agent for at, agent, p in conversation.joined if at <= as_of and p[0] == "A"]
    latest = assigned[-1] if assigned else None
    brand, skill = conversation.brand, conversation.skill_id
    moves = [row["targetSkillId"] for row in conversation.transfers if row["timeL"] <= as_of]
    skill = moves[-1] if moves else skill
    info: Json = {
        "startTime": stamp(conversation.start),
        "startTimeL": conversation.start,
        "endTime": stamp(conversation.end) if closed and conversation.end else "undefined",
        "endTimeL": conversation.end if closed else -1,
        "duration": (conversation.end if closed and conversation.end else as_of)
        - conversation.start,
        "conversationId": conversation.id,
        "brandId": brand.account_id,
        "latestAgentId": str(latest.id) if latest else "null",
        "latestAgentFullName": latest.name if latest else "null",
        "latestAgentLoginName": latest.login if latest else "null",
        "agentDeleted": False,
        # Skill ids arrive as numbers from some accounts, as text from others.
        "latestSkillId": str(skill) if brand.plan.form == "bare" else skill,
        "latestSkillName": brand.skills.get(skill, "Unassigned"),
        "latestAgentGroupId": latest.group_id if latest else -1,
        "source": conversation.source,
        "status": "CLOSE" if closed else "OPEN",
        "fullDialogStatus": "CLOSE" if closed else "OPEN",
        "firstConversation": conversation.first,
        "device": conversation.device,
        "latestQueueState": "ACTIVE" if latest else "IN_QUEUE",
        "isPartial": conversation.partial,
        "brandName": brand.plan.name,
    }
    if conversation.session_id:
        info["sessionId"] = conversation.session_id
        info["interactionContextId"] = "1"
    if closed:
        info["closeReason"] = conversation.close_reason
        info["closeReasonDescription"] = (
            "TIMEOUT" if conversation.close_reason == "SYSTEM" else "MANUAL_CLOSE"
        )
        if conversation.csat is not None:
            name = "csat" if brand.plan.form == "documentation" else "csatRate"
            info[name] = float(conversation.csat)
    if conversation.mcs is not None:
        info["mcs"] = conversation.mcs
        info["alertedMCS"] = (conversation.mcs > 15) - (conversation.mcs < -15)
    return info


def _interactions(conversation: Conversation, as_of: int) -> list[Json]:
    rows: list[Json] = []
    answered = False
    last: Agent | None = None
    for message in conversation.messages:
        if message.at > as_of or message.survey:
            continue
        if message.sender is None:
            answered = True
        elif answered and message.sender is not last:
            last = message.sender
            rows.append(
                {
                    "assignedAgentId": str(last.id),
                    "interactiveSequence": len(rows) + 1,
                    "interactionTime": stamp(message.at),
                    "interactionTimeL": message.at,
                }
            )
    return rows


def record(conversation: Conversation, as_of: int, older: bool = False) -> Json:
    """The conversation as a pull at `as_of` sees it; `older` uses the earlier field names."""
    main_end = conversation.survey_at or conversation.end or as_of + 1
    done = main_end <= as_of
    dialogs: list[Json] = [
        {
            "dialogId": conversation.id,
            "dialogType": "MAIN",
            "status": "CLOSE" if done else "OPEN",
            "startTimeL": conversation.start,
            "endTimeL": main_end if done else -1,
        }
    ]
    surveys = []
    if conversation.survey_at is not None and conversation.survey_at <= as_of:
        over = conversation.end is not None and conversation.end <= as_of
        dialogs.append(
            {
                "dialogId": conversation.id + "-survey",
                "dialogType": "POST_SURVEY",
                "status": "CLOSE" if over else "OPEN",
                "startTimeL": conversation.survey_at,
                "endTimeL": conversation.end if over else -1,
            }
        )
        if over and conversation.survey:
            surveys.append(conversation.survey)
    consumer = [
        {
            "participantId": conversation.consumer_id,
            "firstName": "Visitor",
            "token": "undefined",
            "email": "undefined",
            **timed(conversation.start),
            "dialogId": conversation.id,
        }
    ]
    consumers = "consumerParticipant" if older else "consumerParticipants"
    scores: list[Json] = []
    if conversation.mcs is not None:
        last_id = f"ms::conv:{conversation.id}::msg:{max(0, len(conversation.messages) - 1)}"
        scores.append({"messageId": last_id, "mcs": conversation.mcs, "messageRawScore": 1})
    return {
        "info": _info(conversation, as_of),
        **_campaign(conversation),
        "messageRecords": _messages(conversation, as_of),
        "agentParticipants": _participants(conversation, as_of),
        consumers: consumer,
        "transfers": [row for row in conversation.transfers if row["timeL"] <= as_of],
        "interactions": _interactions(conversation, as_of),
        "messageScore" if older else "messageScores": scores,
        "conversationSurveys": surveys,
        "dialogs": dialogs,
    }


def page(records: list[Json], account_id: str) -> Json:
    """A search response."""
    path = f"/messaging_history/api/account/{account_id}/conversations/search?limit=100&offset=0"
    return {
        "_metadata": {
            "count": len(records),
            "self": {"rel": "self", "href": f"https://history.example{path}"},
            "shardsStatusResult": {"partialResult": False},
        },
        "conversationHistoryRecords": records,
    }
