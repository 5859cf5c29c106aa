{#- One row per account, local date, device, source type and members of the conversations counted. Each measure is
    dated by its own event; `handled` is distinct by conversation and date and must not be summed over dates. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_conversations__days': 'date_day'},
    )
}}

with measured as (

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
        {{ conversation_day_measures() }}
    from {{ ref('int_conversations__days') }}
    where {{ is_touched('account_id', 'date_day') }}

),

agent_messaging_activity as (

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
        {{ sums_of(conversation_measures()) }}
    from measured
    where opened + closed + transfers + suggested_agent_timeouts + takeovers + handled > 0
    group by
        account_id,
        date_day,
        initial_device,
        source_type,
        campaign_id,
        engagement_id,
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
    opened,
    closed,
    closed_by_agent,
    closed_by_consumer,
    closed_by_system,
    interactive,
    non_interactive,
    abandoned,
    transfers,
    skill_transfers,
    queue_transfers,
    suggested_agent_timeouts,
    takeovers,
    handled,
    duration_seconds,
    csat_good,
    csat_valid,
    mcs_positive,
    mcs_negative,
    mcs_scored,
    {{ name_key('campaign', "coalesce(nullif(campaign_id, 'none'), 'unknown')") }} as campaign_key,
    {{ name_key('engagement') }} as engagement_key,
    {{ name_key('agent') }} as agent_key,
    {{ name_key('skill') }} as skill_key,
    {{ name_key('agent_group') }} as agent_group_key
from agent_messaging_activity
