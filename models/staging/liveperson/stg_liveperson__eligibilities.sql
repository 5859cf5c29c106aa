{#-
    One row per campaign or engagement that an eligibility entry of a visit names: a campaign that lists no
    engagements, and an engagement without id, give a row with no engagement.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'visit_id'],
        touched_by=['visit'],
    )
}}

with web_sessions as (

    select account_id, visit_id, visitor_id, started_ms, eligibility_items
    from {{ ref('stg_liveperson__web_sessions') }}
    where {{ is_touched('account_id', 'visit_id') }}

),

entries as (

    select
        web_sessions.account_id,
        web_sessions.visit_id,
        web_sessions.visitor_id,
        web_sessions.started_ms,
        entry_list.entry_place,
        {{ json_parse('entry_item', '{"timestamp":"JSON","eligibleCampaigns":"JSON"}') }} as entry
    from web_sessions
    {{ each_item('web_sessions.eligibility_items', 'entry_list', 'entry_item', 'entry_place') }}

),

entry_campaigns as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        coalesce({{ avro_epoch_ms('entry.timestamp') }}, started_ms) as eligible_ms,
        {{ avro_items('entry."eligibleCampaigns"') }} as campaign_items
    from entries

),

campaigns as (

    select
        entry_campaigns.account_id,
        entry_campaigns.visit_id,
        entry_campaigns.visitor_id,
        entry_campaigns.entry_place,
        entry_campaigns.eligible_ms,
        {{ json_parse(
            'campaign_item',
            '{"campaign":"JSON","engagements":"JSON","goal":"JSON","controlGroupType":"JSON"}'
        ) }} as campaign
    from entry_campaigns
    {{ each_item('entry_campaigns.campaign_items', 'campaign_list', 'campaign_item', 'campaign_place') }}

),

campaign_engagements as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        {{ avro_record_name('campaign.campaign', 'id') }} as campaign_id,
        {{ avro_record_name('campaign.goal', 'id') }} as goal_id,
        {{ avro_name('campaign."controlGroupType"') }} as control_group_type,
        {{ avro_items('campaign.engagements') }} as engagement_items
    from campaigns

),

engagements as (

    select
        {{ all_columns_but(['engagement_items']) }},
        case when {{ array_size('engagement_items') }} = 0 then [null] else engagement_items end as engagement_items
    from campaign_engagements

),

stg_liveperson__eligibilities as (

    select distinct
        engagements.account_id,
        engagements.visit_id,
        engagements.visitor_id,
        engagements.entry_place,
        engagements.eligible_ms,
        engagements.campaign_id,
        {{ avro_name(json_parse('engagement_item', '{"id":"JSON"}') ~ '.id') }} as engagement_id,
        engagements.goal_id,
        case
            when engagements.control_group_type in ('TEST', 'CONTROL') then engagements.control_group_type
        end as control_group_type
    from engagements
    {{ each_item('engagements.engagement_items', 'engagement_list', 'engagement_item', 'engagement_place') }}

)

select * from stg_liveperson__eligibilities
