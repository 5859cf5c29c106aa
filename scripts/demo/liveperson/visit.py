"""A visit as plain facts, and its dressing as the vendor's Avro-JSON in three documented forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from demo.liveperson.brands import GOAL_TYPE_CODES, Campaign, Engagement

NAMESPACE = "com.liveperson.dataaccess."
GOAL_RECORDS = {
    "sell": "PurchaseGoalMetadata",
    "lead": "LeadGoalMetadata",
    "service": "ServiceActivityGoalMetadata",
    "url": "UrlGoalMetadata",
    "abandonment": "ReduceAbandonmentGoalMetadata",
    "interaction": "IncreaseInteractionGoalMetadata",
}
Json = dict[str, Any]


@dataclass
class Page:
    """One page view."""

    at: int
    url: str
    referrer: str
    sections: list[str]


@dataclass
class Eligibility:
    """One evaluation: campaigns with their eligible engagements and the campaign's arm."""

    at: int
    campaigns: list[tuple[Campaign, list[Engagement], str]]


@dataclass
class Impression:
    """Something happened to an invitation."""

    instance: str
    kind: str  # Show | Accept | Close | Timeout
    state: str
    engagement: Engagement
    campaign: Campaign
    at: int


@dataclass
class Goal:
    """A goal achieved; meta holds the fields of its kind's record, already typed."""

    id: str
    at: int
    kind: str
    campaign_goal_id: int
    meta: Json = field(default_factory=dict)


@dataclass
class Visit:
    """One closed visit."""

    account_id: str
    visit_id: str
    visitor_id: str | None
    start: int
    end: int
    device: str = "DESKTOP"
    user_agent: str = ""
    device_os: str = ""
    site_arm: str = "NA"
    pages: list[Page] = field(default_factory=list)
    attributes: list[tuple[int, str, Json]] = field(default_factory=list)
    eligibility: list[Eligibility] = field(default_factory=list)
    impressions: list[Impression] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    without_session_info: bool = False
    old_schema: bool = False  # impressions without engagement id and timestamp


class Dresser:
    """Wraps values in Avro unions as the form asks.

    production: metaData, recordCollection and every value wrapped. documentation: metaData and
    recordCollection bare, values wrapped. bare: nothing wrapped but what always is.
    """

    def __init__(self, form: str) -> None:
        self.wrap_outer = form == "production"
        self.wrap_values = form != "bare"

    def value(self, kind: str, value: object) -> object:
        """A scalar or an array; null is never wrapped."""
        return {kind: value} if self.wrap_values and value is not None else value

    def text(self, value: str | None) -> object:
        """A string."""
        return self.value("string", value)

    def long(self, value: int | None) -> object:
        """A long."""
        return self.value("long", value)

    def array(self, value: list[Any]) -> object:
        """A list."""
        return self.value("array", value)

    def record(self, name: str, value: object) -> object:
        """A record or an enum."""
        return self.value(NAMESPACE + name, value)

    def visit(self, visit: Visit) -> Json:
        """The whole line."""
        bodies = [*self._session(visit), *self._attributes(visit), *self._navigation(visit)]
        bodies += [*self._goals(visit), *self._eligibility(visit), *self._impressions(visit)]
        header = self.record(
            "VisitorHeader",
            {
                "visitId": self.text(visit.visit_id),
                "visitorId": self.text(visit.visitor_id),
                "contextId": None,
            },
        )
        collection: object = [
            {"body": {NAMESPACE + name: {"header": header, **content}}} for name, content in bodies
        ]
        meta: object = {
            "accountId": self.text(visit.account_id),
            "schemaVersion": "1.0.0.22",
            "startTime": self.long(visit.start),
            "endTime": self.long(visit.end),
        }
        if self.wrap_outer:
            meta, collection = {NAMESPACE + "MetaData": meta}, {"array": collection}
        kind = self.record("DataTypeEnum", "WebSession")
        return {"dataType": kind, "metaData": meta, "recordCollection": collection}

    def _session(self, visit: Visit) -> list[tuple[str, Json]]:
        if visit.without_session_info:
            return []
        info = {
            "sessionStartTime": self.long(visit.start),
            "userAgent": self.text(visit.user_agent),
            "deviceOS": self.text(visit.device_os),
            "deviceFamily": self.record("DeviceFamilyEnum", visit.device),
            "siteControlGroup": self.record("ControlGroupEnum", visit.site_arm),
        }
        return [("WebSessionInfoData", {"sessionInfo": self.record("SessionInfo", info)})]

    def _attributes(self, visit: Visit) -> list[tuple[str, Json]]:
        if not visit.attributes:
            return []
        rows = [
            {
                "timestamp": self.long(at),
                "data": {NAMESPACE + name: {k: self.text(v) for k, v in data.items()}},
            }
            for at, name, data in visit.attributes
        ]
        return [("WebSessionEngAttrsData", {"engagementAttributes": self.array(rows)})]

    def _navigation(self, visit: Visit) -> list[tuple[str, Json]]:
        rows = [
            {
                "timestamp": self.long(page.at),
                "url": self.text(page.url),
                "referrerUrl": self.text(page.referrer),
                "sections": self.array(list(page.sections)),
            }
            for page in visit.pages
        ]
        return [("WebSessionNavigationData", {"navigationData": self.array(rows)})]

    def _goals(self, visit: Visit) -> list[tuple[str, Json]]:
        if not visit.goals:
            return []
        rows = [
            {
                "id": self.text(goal.id),
                "timestamp": self.long(goal.at),
                "campaignGoalRevision": self.long(13),
                "campaignGoalId": self.long(goal.campaign_goal_id),
                "campaignGoalType": self.value("int", GOAL_TYPE_CODES[goal.kind]),
                "goalMetaData": {NAMESPACE + GOAL_RECORDS[goal.kind]: self._fields(goal.meta)},
            }
            for goal in visit.goals
        ]
        return [("WebSessionGoalAchievedData", {"achievedGoals": self.array(rows)})]

    def _fields(self, meta: Json) -> Json:
        kinds = {str: "string", float: "double", int: "int"}
        return {key: self.value(kinds.get(type(v), "string"), v) for key, v in meta.items()}

    def _campaign(self, campaign: Campaign) -> object:
        profile = [{"id": self.long(campaign.lob_id + 7), "revision": self.long(111)}]
        known = {"id": self.long(campaign.id), "visitorProfiles": self.array(profile)}
        return self.record("Campaign", known)

    def _goal(self, campaign: Campaign) -> object:
        kind = self.value("int", GOAL_TYPE_CODES[campaign.goal_kind])
        known = {"id": self.long(campaign.goal_id), "type": kind}
        return self.record("Goal", {**known, "indicatorType": self.value("int", 3)})

    def _engagement(self, engagement: Engagement) -> Json:
        content = engagement.kind == "content"
        behaviour = [{"id": self.long(engagement.id + 3), "revision": self.long(33)}]
        return {
            "id": self.long(engagement.id),
            "channel": self.text("100" if content else "1"),
            "type": self.text("1" if content else "5"),
            "visitorBehaviors": self.array(behaviour),
            "skillId": self.long(-1 if content else engagement.skill_id),
            "isOffsiteEngagement": self.value("boolean", False),
        }

    def _eligibility(self, visit: Visit) -> list[tuple[str, Json]]:
        if not visit.eligibility:
            return []
        rows = []
        for entry in visit.eligibility:
            campaigns = [
                {
                    "campaign": self._campaign(campaign),
                    "engagements": self.array([self._engagement(each) for each in engagements]),
                    "goal": self._goal(campaign),
                    "controlGroupType": self.record("ControlGroupEnum", arm),
                }
                for campaign, engagements, arm in entry.campaigns
            ]
            at = self.long(entry.at)
            rows.append({"eligibleCampaigns": self.array(campaigns), "timestamp": at})
        return [("WebSessionEligibilityData", {"eligibilityData": self.array(rows)})]

    def _impressions(self, visit: Visit) -> list[tuple[str, Json]]:
        if not visit.impressions:
            return []
        rows = []
        for each in visit.impressions:
            engagement = self._engagement(each.engagement)
            row = {
                "engagementInstanceId": self.text(each.instance),
                "impressionType": self.text(each.kind),
                "state": self.text(each.state),
                "engagement": self.record("Engagement", engagement),
                "campaign": self._campaign(each.campaign),
                "goal": self._goal(each.campaign),
                "timestamp": self.long(each.at),
            }
            if visit.old_schema:
                del row["timestamp"], engagement["id"]
            rows.append(row)
        return [("WebSessionImpressionData", {"impressions": self.array(rows)})]
