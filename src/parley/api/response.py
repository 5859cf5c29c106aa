"""What is answered, as models: they document the response, and tests hold it against them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

NumberId = int | str


class Part(BaseModel):
    """A part of the response: it has these fields and no others."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", populate_by_name=True)


class Link(Part):
    """The address of a page; the same body is sent there."""

    rel: Literal["self", "next", "prev"]
    href: str


class Shards(Part):
    """The vendor's sign of an incomplete search; here a search is always complete."""

    partial_result: Literal[False]


class Metadata(Part):
    """About the result."""

    count: int = Field(description="Conversations that fulfil the filters, on all pages together.")
    self: Link
    next: Link | None = Field(default=None, description="Absent on the last page.")
    prev: Link | None = Field(default=None, description="Absent on the first page.")
    shards_status_result: Shards


class Info(Part):
    """The conversation itself. Times are UTC: as text, and as epoch milliseconds in fields …L."""

    conversation_id: str
    brand_id: str = Field(description="The subscriber's account.")
    brand_name: str | None
    status: Literal["OPEN", "CLOSE"]
    start_time: str | None
    start_time_l: int
    end_time: str | None = Field(description="undefined while the conversation is open.")
    end_time_l: int = Field(description="-1 while the conversation is open.")
    conversation_end_time: str | None
    conversation_end_time_l: int
    duration: int | None = Field(description="Milliseconds; null while the conversation is open.")
    close_reason: str | None = Field(description="As delivered: AGENT, CONSUMER, SYSTEM, …")
    first_conversation: bool | None
    csat: float | None
    mcs: float | None
    source: str | None = Field(description="As delivered: APP, SHARK (web), SMS, …")
    device: str = Field(description="DESKTOP, TABLET, MOBILE, or NA where it is not known.")
    latest_skill_id: NumberId = Field(description="-1 where there is none.")
    latest_skill_name: str | None
    latest_agent_id: str | None
    latest_agent_full_name: str | None
    latest_agent_group_id: NumberId = Field(description="-1 where there is none.")
    latest_agent_group_name: str | None
    session_id: str | None = Field(description="The monitored visit in which it began.")
    is_partial: bool | None = Field(description="The vendor delivered a truncated record.")


class Campaign(Part):
    """What the conversation came from."""

    campaign_id: str | None
    campaign_name: str | None
    campaign_engagement_id: str | None
    campaign_engagement_name: str | None
    goal_id: str | None
    goal_name: str | None
    lob_id: NumberId | None
    lob_name: str | None
    location_id: str | None
    location_name: str | None


class MessageText(Part):
    """A message's text."""

    text: str | None = Field(description="null where the subscriber does not share transcripts.")


class MessageData(Part):
    """What a message says."""

    msg: MessageText


class Message(Part):
    """A message of the consumer, a bot or a human, in the conversation's main dialog."""

    message_id: str
    seq: int = Field(description="Its place in the conversation.")
    dialog_id: str | None
    participant_id: str | None
    time: str | None
    time_l: int
    type: str | None
    sent_by: Literal["Consumer", "Agent"]
    message_data: MessageData


class AgentParticipant(Part):
    """An agent, bot or system user in the conversation."""

    agent_id: str | None
    user_type: Literal["0", "1", "2"] | None
    user_type_name: Literal["System", "Human", "Bot"] | None
    permission: str | None
    agent_group_id: NumberId
    time: str | None
    time_l: int | None


class ConsumerParticipant(Part):
    """A consumer in the conversation."""

    participant_id: str | None


class Transfer(Part):
    """A transfer."""

    time: str | None
    time_l: int | None
    reason: Literal["Skill", "Agent", "back2Q", "SuggestedAgentTimeout", "TakeOver", "unknown"]
    source_skill_id: NumberId
    target_skill_id: NumberId
    source_agent_id: str | None
    assigned_agent_id: str | None
    by: str | None


class Interaction(Part):
    """An agent's turn."""

    assigned_agent_id: str | None
    interactive_sequence: float | None
    interaction_time: str | None
    interaction_time_l: int | None


class MessageScore(Part):
    """The score of a message."""

    message_id: str | None
    message_raw_score: float | None


class SurveyAnswer(Part):
    """A question and its answer."""

    question: str | None
    question_type: str | None
    answer: str | None = Field(description="null where the subscriber does not share transcripts.")
    is_valid_answer: bool | None


class Survey(Part):
    """A survey."""

    survey_type: str | None
    survey_status: str | None
    survey_data: list[SurveyAnswer]


class Dialog(Part):
    """A dialog of the conversation."""

    dialog_id: str | None
    dialog_type: str | None
    start_time: str | None
    start_time_l: int | None
    end_time: str | None
    end_time_l: int | None


class Record(Part):
    """A conversation; a part that was not asked for is absent."""

    info: Info
    campaign: Campaign | None = None
    message_records: list[Message] | None = None
    agent_participants: list[AgentParticipant] | None = None
    consumer_participants: list[ConsumerParticipant] | None = None
    transfers: list[Transfer] | None = None
    interactions: list[Interaction] | None = None
    message_scores: list[MessageScore] | None = None
    conversation_surveys: list[Survey] | None = None
    dialogs: list[Dialog] | None = None


class SearchResponse(Part):
    """A page of conversations."""

    metadata: Metadata = Field(alias="_metadata")
    conversation_history_records: list[Record]


class Health(Part):
    """That the service has something to serve."""

    status: Literal["ok"]
    published_at: str = Field(description="When the file that is served was published.")
