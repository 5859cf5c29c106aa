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
        web_sessions.* exclude (eligibility_items),
        entry_place,
        {{ json_parse('entry_item', '{"timestamp":"JSON","eligibleCampaigns":"JSON"}') }} as entry
    from web_sessions
    {{ each_item('web_sessions.eligibility_items', 'entry_list', 'entry_item', 'entry_place') }}

),

campaigns as (

    select
        entries.* exclude (entry),
        coalesce({{ avro_epoch_ms('entries.entry.timestamp') }}, started_ms) as eligible_ms,
        {{ json_parse(
            'campaign_item',
            '{"campaign":"JSON","engagements":"JSON","goal":"JSON","controlGroupType":"JSON"}'
        ) }} as campaign
    from entries
    {{ each_item(avro_items('entries.entry."eligibleCampaigns"'), 'campaign_list', 'campaign_item', 'campaign_place') }}

),

engagements as (

    select
        * exclude (campaign),
        {{ avro_name(json_parse(avro('campaign.campaign'), '{"id":"JSON"}') ~ '.id') }} as campaign_id,
        {{ avro_name(json_parse(avro('campaign.goal'), '{"id":"JSON"}') ~ '.id') }} as goal_id,
        {{ avro_name('campaign."controlGroupType"') }} as control_group_type,
        case
            when {{ array_size(avro_items('campaign.engagements')) }} = 0 then [null]
            else {{ avro_items('campaign.engagements') }}
        end as engagement_items
    from campaigns

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
    {{ each_item('engagements.engagement_items', 'engagement_list', 'engagement_item', 'engagement_place') }}

)

select * from stg_liveperson__eligibilities
