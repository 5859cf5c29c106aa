"""Choices where the contract can be read in more than one way; READINGS.md explains each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """The readings that can be switched, to see whether a difference comes from one of them."""

    #: Campaign of a fact that names neither engagement nor campaign: ``unknown`` (a member like
    #: any other, decisions) or ``none`` (no member, marts: "no campaign named").
    no_campaign: str = "unknown"
    #: Whether a conversation of the visit makes the visit meet the conversation's engagement.
    met_by_conversation: bool = False
    #: Reason of a line with several bad records: the first in the list of ``reasons`` or of the
    #: bad record with the first ``place``.
    page_reason: str = "reasons"
    #: Source type of a conversion credited to a conversation: its own, or (False) the visit's.
    conversion_source_of_conversation: bool = False
    #: Whether only POST_SURVEY dialogs are left out, or (False) every listed dialog but MAIN.
    other_dialogs_are_main: bool = True
    #: Of a journey's and a campaign's text at one instant: the journey's is the origin, or (False)
    #: it is the earlier of the two, so that the campaign's is.
    journey_wins_a_tie: bool = True


DEFAULT = Readings()
