{#-
    One row per campaign or engagement that an eligibility entry of a visit names: a campaign that lists no
    engagements, and an engagement without id, give a row with no engagement.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}

with entry_items as (

    select
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        {{ item_and_place('eligibility_items', 'entry') }}
    from {{ ref('stg_liveperson__web_sessions') }}
    where {{ is_new('current_since_build') }}

),

entries as (

    select
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        entry_place,
        {{ json_parse('entry_item', '{"timestamp":"JSON","eligibleCampaigns":"JSON"}') }} as entry
    from entry_items

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

campaign_items as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        {{ item_and_place('campaign_items', 'campaign') }}
    from entry_campaigns

),

campaigns as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        {{ json_parse(
            'campaign_item',
            '{"campaign":"JSON","engagements":"JSON","goal":"JSON","controlGroupType":"JSON"}'
        ) }} as campaign
    from campaign_items

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

engagement_items as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        campaign_id,
        goal_id,
        control_group_type,
        case when {{ array_size('engagement_items') }} = 0 then [null] else engagement_items end as engagement_items
    from campaign_engagements

),

engagements as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        campaign_id,
        goal_id,
        control_group_type,
        {{ item_and_place('engagement_items', 'engagement') }}
    from engagement_items

),

stg_liveperson__eligibilities as (

    select distinct
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        campaign_id,
        {{ avro_name(json_parse('engagement_item', '{"id":"JSON"}') ~ '.id') }} as engagement_id,
        goal_id,
        case when control_group_type in ('TEST', 'CONTROL') then control_group_type end as control_group_type
    from engagements

)

select * from stg_liveperson__eligibilities
