"""The visit funnel as one would write it by hand, which the benchmark holds the build against.

`bench_funnel.py ROOT FILE` parses each web session and conversation once into typed lists, unnests them, flags
each visit for each member it met, and counts visits by date at five levels. It has no versions, quarantine,
account settings or attribution.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from bench_floor import TYPE, conversation, render, texts, web_session

LEVELS = {
    "brand": "",
    "lob": "lob_id",
    "campaign": "campaign_id",
    "engagement": "engagement_id",
    "entry_point": "entry_point_id",
}


def lines(root: Path, feed: str) -> str:
    """The lines of a feed, as a relation."""
    return (
        f"(select cast(json as varchar) as line from read_ndjson_objects('{root}/{feed}/**/*.json*', "
        "maximum_object_size = 67108864))"
    )


HAS_RECORDS = f"contains(left(line, 200), '{TYPE}MetaData')"
HAS_SCALARS = """contains(left(line, 200), '"startTime":{"long"')"""
#: The forms of a web session by the union wrappers that it has, and how each is told.
FORMS = {
    "all": HAS_RECORDS,
    "inner": f"not {HAS_RECORDS} and {HAS_SCALARS}",
    "none": f"not {HAS_RECORDS} and not {HAS_SCALARS}",
}


def visits(root: Path, form: str) -> str:
    """Web sessions of one form as typed lists, one row a visit."""
    wrapped, outer = form != "none", form == "all"
    structure = web_session(wrapped)
    if form == "inner":
        meta_data, collection = structure["metaData"], structure["recordCollection"]
        structure = {
            "metaData": meta_data[TYPE + "MetaData"],
            "recordCollection": collection["array"],
        }

    def of(field: str, union: str) -> str:
        return f'{field}."{union}"' if wrapped else field

    def number(field: str) -> str:
        return f"cast({of(field, 'long')} as varchar)"

    def part(kind: str, items: str) -> str:
        found = of(f'record.body."{TYPE}WebSession{kind}Data".{items}', "array")
        return f"flatten(list_transform(records, lambda record: coalesce({found}, [])))"

    def member(item: str) -> str:
        return number(of(item, TYPE + "Campaign") + ".id")

    engagement = of("one.engagements", "array") + "[1].id"
    shown = of("one.engagement", TYPE + "Engagement") + ".id"
    campaigns = of("entry.eligibleCampaigns", "array")
    meta = f'parsed.metaData."{TYPE}MetaData"' if outer else "parsed.metaData"
    records = f"parsed.recordCollection{'.array' if outer else ''}"
    header = of(f'records[1].body."{TYPE}WebSessionInfoData".header', TYPE + "VisitorHeader")
    return f"""
        select
            {of(meta + ".accountId", "string")} as account_id,
            {of(header + ".visitId", "string")} as visit_id,
            cast(make_timestamp(cast({of(meta + ".startTime", "long")} as bigint) * 1000) as date) as date_day,
            flatten(list_transform({part("Eligibility", "eligibilityData")}, lambda entry: list_transform(
                {campaigns}, lambda one: {{
                    'campaign_id': {member("one.campaign")},
                    'engagement_id': {number(engagement)}
                }}
            ))) as eligibilities,
            list_transform({part("Impression", "impressions")}, lambda one: {{
                'campaign_id': {member("one.campaign")},
                'engagement_id': {number(shown)},
                'is_shown': {of("one.impressionType", "string")} = 'Show'
            }}) as impressions,
            len({part("GoalAchieved", "achievedGoals")}) as goals
        from (
            select parsed, {records} as records
            from (
                select from_json(case when {FORMS[form]} then line end, '{render(structure)}') as parsed
                from {lines(root, "liveperson/web_sessions")}
            )
        )
        where parsed is not null
    """


def statements(root: Path) -> list[str]:
    """The whole script."""
    page = {"conversationHistoryRecords": [conversation()]} | conversation()
    setting = texts("entity accountId id lobId campaignId locationId")
    return [
        "create table visits as " + " union all ".join(visits(root, form) for form in FORMS),
        f"""
        create table conversations as
        select
            record.info.brandId as account_id,
            record.info.sessionId as visit_id,
            record.campaign.campaignId as campaign_id,
            record.campaign.campaignEngagementId as engagement_id
        from (
            select unnest(
                case
                    when parsed.conversationHistoryRecords is null
                        then [{{'info': parsed.info, 'campaign': parsed.campaign}}]
                    else list_transform(
                        parsed.conversationHistoryRecords,
                        lambda one: {{'info': one.info, 'campaign': one.campaign}}
                    )
                end
            ) as record
            from (
                select from_json(line, '{render(page)}') as parsed
                from {lines(root, "liveperson/messaging_interactions")}
            )
        )
        """,
        f"""
        create table settings as
        select distinct on (account_id, entity, id) *
        from (
            select
                one.entity,
                one.accountId as account_id,
                one.id,
                one.lobId as lob_id,
                one.locationId as location_id
            from (
                select from_json(line, '{render(setting)}') as one
                from {lines(root, "liveperson/configuration")}
            )
        )
        """,
        """
        create table met as
        select
            events.account_id,
            events.visit_id,
            events.campaign_id,
            events.engagement_id,
            any_value(campaigns.lob_id) as lob_id,
            any_value(engagements.location_id) as entry_point_id,
            bool_or(is_shown) as is_exposed,
            bool_or(is_talk) as is_engaged
        from (
            select
                account_id,
                visit_id,
                unnest(eligibilities, recursive := true),
                false as is_shown,
                false as is_talk
            from visits
            union all by name
            select account_id, visit_id, unnest(impressions, recursive := true), false as is_talk
            from visits
            union all by name
            select account_id, visit_id, campaign_id, engagement_id, false as is_shown, true as is_talk
            from conversations
        ) as events
        left join settings as campaigns
            on
                events.account_id = campaigns.account_id
                and events.campaign_id = campaigns.id
                and campaigns.entity = 'campaign'
        left join settings as engagements
            on
                events.account_id = engagements.account_id
                and events.engagement_id = engagements.id
                and engagements.entity = 'engagement'
        group by all
        """,
        *(
            f"""
            create table funnel_{level} as
            select
                account_id,
                date_day,
                {member + "," if member else ""}
                count(distinct visit_id) as sessions,
                count(distinct case when met.account_id is not null then visit_id end) as prospects,
                count(distinct case when is_exposed then visit_id end) as exposed,
                count(distinct case when is_engaged then visit_id end) as engaged,
                count(distinct case when goals > 0 then visit_id end) as converted
            from visits
            left join met using (account_id, visit_id)
            group by all
            """
            for level, member in LEVELS.items()
        ),
    ]


def main() -> None:
    """Run the script over a landing root into a new DuckDB file; print what came of it."""
    root, file = Path(sys.argv[1]), Path(sys.argv[2])
    file.unlink(missing_ok=True)
    connection = duckdb.connect(str(file))
    connection.execute(
        "set memory_limit = '3GB'; set preserve_insertion_order = false; set threads = 2"
    )
    for statement in statements(root):
        connection.execute(statement)
    counted = ("sessions", "prospects", "exposed", "engaged", "converted")
    for level in LEVELS:
        sums = ", ".join(f"sum({name}) as {name}" for name in counted)
        print(level, connection.execute(f"select {sums} from funnel_{level}").fetchone())


if __name__ == "__main__":
    main()
