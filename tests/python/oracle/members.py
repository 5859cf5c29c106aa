"""Configuration entities, and the members (campaign, LOB, entry point) a fact belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .landing import Current
from .readings import Readings
from .values import identifier

LEVELS = ("brand", "lob", "campaign", "engagement", "entry_point")


@dataclass(frozen=True)
class Members:
    """Where a fact belongs; a null is no member at that level."""

    engagement: str | None
    campaign: str | None
    lob: str | None
    entry_point: str | None

    def at(self, level: str) -> str | None:
        """The member at a level; brand has a single, nameless one."""
        return "" if level == "brand" else getattr(self, level)


class Configuration:
    """The entities of one account."""

    def __init__(self, entities: Iterable[Current], readings: Readings) -> None:
        self._entities = {(e.key[1], e.key[2]): e.record for e in entities}
        self._readings = readings

    def setting(self, kind: str, id_: str | None, name: str) -> str | None:
        """An id or enum setting of an entity."""
        record: dict[str, Any] = self._entities.get((kind, id_ or ""), {})
        return identifier(record.get(name))

    def name(self, kind: str, id_: str) -> str:
        """An entity's name, ``unknown`` where it is not named."""
        return self.setting(kind, id_, "name") or "unknown"

    def is_mobile(self, engagement: str | None) -> bool:
        """Whether an engagement is configured for a mobile app."""
        return self.setting("engagement", engagement, "source") == "MOBILE_APP"

    def resolve(
        self,
        engagement: str | None,
        campaign: str | None,
        lob: str | None = None,
        location: str | None = None,
    ) -> Members:
        """Members of a fact: configuration wins over the record."""
        named = self.setting("engagement", engagement, "campaignId") or campaign
        if named is None and engagement is None and self._readings.no_campaign == "none":
            return Members(None, None, lob, None)
        in_lob = self.setting("campaign", named, "lobId") or lob
        entry_point = None
        if engagement is not None:
            configured = self.setting("engagement", engagement, "locationId")
            entry_point = configured or location or "unknown"
        return Members(engagement, named or "unknown", in_lob or "unknown", entry_point)
