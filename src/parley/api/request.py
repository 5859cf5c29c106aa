"""What may be asked: the vendor's filters as models, checked field by field."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

DAY_MS = 86_400_000
MOST_DAYS = 92  # no three months of the calendar are longer
ROUNDING_MS = 600_000  # ten minutes
LATEST_MS = 4_102_444_800_000  # 2100-01-01, the end of usable event times
MOST_IDS = 1_000
MOST_WORDS = 20
LONGEST_TEXT = 500
MOST_OFFSET = 1_000_000_000
LIMIT = 100

#: The parts of a record that the vendor documents, and whether a search without contentToRetrieve
#: returns them.
DEFAULT_CONTENT = (
    "campaign",
    "messageRecords",
    "agentParticipants",
    "consumerParticipants",
    "transfers",
    "interactions",
    "messageScores",
    "conversationSurveys",
)
SERVED_CONTENT = (*DEFAULT_CONTENT, "dialogs")


def to_number(value: Any) -> Any:
    """A number that came as text, as the vendor's own examples have it."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,13}", value):
        return int(value)
    return value


def to_identifier(value: Any) -> Any:
    """An id as text: ids switch between number and text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


EPOCH_MS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "exclusiveMaximum": LATEST_MS},
        {"type": "string", "pattern": "^[0-9]{1,13}$"},
    ],
    "description": "Epoch milliseconds, as a number or as text.",
}
SINCE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"from": EPOCH_MS_SCHEMA},
    "required": ["from"],
    "additionalProperties": False,
}
EpochMs = Annotated[
    int,
    BeforeValidator(to_number),
    Field(strict=True, ge=0, lt=LATEST_MS),
    WithJsonSchema(EPOCH_MS_SCHEMA),
]
Identifier = Annotated[
    str,
    BeforeValidator(to_identifier),
    Field(strict=True, min_length=1, max_length=LONGEST_TEXT),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
                {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
            ]
        }
    ),
]
Identifiers = Annotated[list[Identifier], Field(min_length=1, max_length=MOST_IDS)]
Word = Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST_TEXT)]
Words = Annotated[list[Word], Field(min_length=1, max_length=MOST_IDS)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Model(BaseModel):
    """A part of a request: camelCase as the vendor writes it, nothing unknown."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class TimeRange(Model):
    """A range of time, both ends included, rounded outward to ten minutes."""

    from_ms: EpochMs = Field(alias="from")
    to_ms: EpochMs = Field(alias="to")

    @model_validator(mode="after")
    def check_length(self) -> TimeRange:
        """Refuse what runs backwards and what is longer than three months."""
        if self.from_ms > self.to_ms:
            raise PydanticCustomError("backwards", "from is after to.")
        if self.to_ms - self.from_ms > MOST_DAYS * DAY_MS:
            raise PydanticCustomError(
                "too_long", f"The range is longer than three months ({MOST_DAYS} days)."
            )
        return self

    @property
    def bounds(self) -> tuple[int, int]:
        """First and last millisecond: the last ten minutes before, the next ten minutes after."""
        return round_down(self.from_ms), -round_down(-self.to_ms)


class NumberRange(Model):
    """A range of numbers, both ends included; an end that is left out is open."""

    lowest: Number | None = Field(default=None, alias="from")
    highest: Number | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def check_ends(self) -> NumberRange:
        """Refuse a range without ends, and one that runs backwards."""
        if self.lowest is None and self.highest is None:
            raise PydanticCustomError("no_end", "Give from, to or both.")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise PydanticCustomError("backwards", "from is greater than to.")
        return self


class Since(Model):
    """A time from which on."""

    from_ms: EpochMs = Field(alias="from")


def round_down(milliseconds: int) -> int:
    """The last full ten minutes."""
    return milliseconds // ROUNDING_MS * ROUNDING_MS


def to_since(value: Any) -> Any:
    """The bare time that the vendor's table has, as the object that its example has."""
    return {"from": value} if isinstance(value, int | str) else value


def search_terms(keyword: str) -> list[str]:
    """What is looked for: what stands in quotation marks as it is, the rest word by word."""
    found = re.findall(r'"([^"]*)"|([^\s"]+)', keyword)
    return [term for phrase, word in found if (term := phrase.strip() or word)]


def check_keyword(keyword: str) -> str:
    """Refuse a keyword that looks for nothing, or for too much."""
    if not 1 <= len(search_terms(keyword)) <= MOST_WORDS:
        raise PydanticCustomError("terms", f"Give between one and {MOST_WORDS} words or phrases.")
    return keyword


class SearchRequest(Model):
    """A search: conversations that fulfil every filter given."""

    start: TimeRange = Field(description="When the conversation started; at most three months.")
    end: TimeRange | None = Field(
        default=None, description="When it was closed; leaves out open conversations."
    )
    status: Annotated[list[Literal["OPEN", "CLOSE"]], Field(min_length=1, max_length=2)] | None = (
        Field(default=None, description="Latest status.")
    )
    skill_ids: Identifiers | None = Field(
        default=None,
        description="A skill at any time: the latest, or one of a transfer; -1 for no skill.",
    )
    latest_skill_ids: Identifiers | None = Field(
        default=None, description="The latest skill; -1 for no skill."
    )
    agent_ids: Identifiers | None = Field(
        default=None,
        description="An assigned agent at any time; with userPermissions, a participant with one "
        "of these permissions instead.",
    )
    user_permissions: Words | None = Field(
        default=None, description="A participant's permission: ASSIGNED_AGENT, READER, …"
    )
    latest_agent_ids: Identifiers | None = Field(default=None, description="The latest agent.")
    agent_group_ids: Identifiers | None = Field(
        default=None, description="The group of the latest agent or of any participant."
    )
    keyword: (
        Annotated[
            str,
            Field(strict=True, min_length=1, max_length=LONGEST_TEXT),
            AfterValidator(check_keyword),
        ]
        | None
    ) = Field(
        default=None,
        description="Words that must all occur in the conversation's messages, in any case; a "
        "phrase stands in quotation marks. Only transcripts that are shared are looked through.",
    )
    duration: NumberRange | None = Field(
        default=None, description="Seconds from start to end of closed conversations."
    )
    mcs: NumberRange | None = Field(default=None, description="Meaningful Conversation Score.")
    csat: NumberRange | None = Field(default=None, description="Answer to the CSAT question, 1-5.")
    source: Words | None = Field(default=None, description="APP, SHARK (web), SMS, …")
    device: Words | None = Field(default=None, description="DESKTOP, TABLET, MOBILE, NA.")
    message_content_types: Words | None = Field(
        default=None, description="A message of one of these types: TEXT_PLAIN, RICH_CONTENT, …"
    )
    latest_update_time: (
        Annotated[
            Since,
            BeforeValidator(to_since),
            WithJsonSchema({"anyOf": [SINCE_SCHEMA, *EPOCH_MS_SCHEMA["anyOf"]]}),
        ]
        | None
    ) = Field(
        default=None,
        description="Only what was updated since, rounded down to ten minutes.",
    )
    content_to_retrieve: list[ContentType] | None = Field(
        default=None,
        description="Parts of each record beside info; left out: the vendor's default parts.",
    )

    @property
    def content(self) -> frozenset[str]:
        """The parts that the response shall have."""
        if self.content_to_retrieve is None:
            return frozenset(DEFAULT_CONTENT)
        return frozenset(SERVED_CONTENT) & frozenset(self.content_to_retrieve)


ContentType = Literal[
    "campaign",
    "messageRecords",
    "agentParticipants",
    "agentParticipantsLeave",
    "agentParticipantsActive",
    "consumerParticipants",
    "transfers",
    "interactions",
    "messageScores",
    "messageStatuses",
    "conversationSurveys",
    "coBrowseSessions",
    "summary",
    "sdes",
    "SDEs",
    "unAuthSdes",
    "monitoring",
    "dialogs",
    "responseTime",
    "skillChanges",
    "intents",
    "uniqueIntents",
    "latestAgentSurvey",
    "previouslySubmittedAgentSurveys",
]
SearchRequest.model_rebuild()


class Paging(BaseModel):
    """Which of the conversations found, and in which order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(
        default=0, ge=0, le=MOST_OFFSET, description="How many conversations to leave out first."
    )
    limit: int = Field(
        default=50, ge=1, le=LIMIT, description="How many conversations to return at most."
    )
    sort: Literal["start:asc", "start:desc", "end:asc", "end:desc"] = Field(
        default="start:asc",
        description="By start or end; open conversations last by end. Ties: account, conversation.",
    )
    v: Literal["1", "2"] = Field(
        default="1", description="The vendor's versions; they differ in parts that are not here."
    )
    source: Annotated[str, Field(max_length=20)] | None = Field(
        default=None, description="Who asks; the vendor wants it, here it may be left out."
    )
