{#- One row per account, local date of the consumer's reply, device, source type and members of the conversation. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_conversations__days': 'date_day'},
    )
}}

with consumer_messaging_activity as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        {{ campaign_or_none('campaign_id', 'engagement_id') }} as campaign_id,
        coalesce(engagement_id, 'none') as engagement_id,
        agent_id,
        skill_id,
        agent_group_id,
        cast(sum(responses) as bigint) as responses,
        cast(sum(response_ms) as double) / 1000 as response_seconds
    from {{ ref('int_conversations__days') }}
    where
        responses > 0
        and {{ is_touched('account_id', 'date_day') }}
    group by
        account_id,
        date_day,
        initial_device,
        source_type,
        {{ campaign_or_none('campaign_id', 'engagement_id') }},
        coalesce(engagement_id, 'none'),
        agent_id,
        skill_id,
        agent_group_id

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    campaign_id,
    engagement_id,
    agent_id,
    skill_id,
    agent_group_id,
    responses,
    response_seconds,
    {{ name_key('campaign', "coalesce(nullif(campaign_id, 'none'), 'unknown')") }} as campaign_key,
    {{ name_key('engagement') }} as engagement_key,
    {{ name_key('agent') }} as agent_key,
    {{ name_key('skill') }} as skill_key,
    {{ name_key('agent_group') }} as agent_group_key
from consumer_messaging_activity
