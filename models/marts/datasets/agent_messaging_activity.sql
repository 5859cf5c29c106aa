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

with days as (

    select
        *,
        skill_transfers + agent_transfers + queue_transfers as transfers,
        {{ campaign_or_none('campaign_id', 'engagement_id') }} as dataset_campaign_id,
        coalesce(engagement_id, 'none') as dataset_engagement_id
    from {{ ref('int_conversations__days') }}
    where {{ is_touched('account_id', 'date_day') }}

),

agent_messaging_activity as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        dataset_campaign_id as campaign_id,
        dataset_engagement_id as engagement_id,
        agent_id,
        skill_id,
        agent_group_id,
        count(case when is_opened then 1 end) as opened,
        count(case when is_closed then 1 end) as closed,
        count(case when is_closed and closed_by = 'agent' then 1 end) as closed_by_agent,
        count(case when is_closed and closed_by = 'consumer' then 1 end) as closed_by_consumer,
        count(case when is_closed and closed_by = 'system' then 1 end) as closed_by_system,
        count(case when is_closed and is_interactive then 1 end) as interactive,
        count(case when is_closed and not is_interactive and not is_abandoned then 1 end) as non_interactive,
        count(case when is_closed and is_abandoned then 1 end) as abandoned,
        {{ summed([
            'transfers', 'skill_transfers', 'queue_transfers', 'suggested_agent_timeouts', 'takeovers', 'handled',
        ]) }},
        cast(sum(case when is_closed then csat_good else 0 end) as bigint) as csat_good,
        cast(sum(case when is_closed then csat_valid else 0 end) as bigint) as csat_valid,
        count(case when is_closed and mcs > 0 then 1 end) as mcs_positive,
        count(case when is_closed and mcs < 0 then 1 end) as mcs_negative,
        count(case when is_closed and mcs is not null then 1 end) as mcs_scored,
        cast(sum(case when is_closed then duration_ms else 0 end) as double) / 1000 as duration_seconds
    from days
    where is_opened or is_closed or transfers + suggested_agent_timeouts + takeovers + handled > 0
    group by
        account_id,
        date_day,
        initial_device,
        source_type,
        dataset_campaign_id,
        dataset_engagement_id,
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
