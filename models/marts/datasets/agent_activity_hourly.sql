{#- One row per account, local date, clock hour (its first instant in UTC), agent and agent group: hours by state. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_agents__hours': 'date_day'},
    )
}}

with agent_activity_hourly as (

    select
        account_id,
        date_day,
        hour_start_ms,
        agent_id,
        agent_group_id,
        sum(logged_in_ms) as logged_in_ms,
        sum(online_ms) as online_ms,
        sum(away_ms) as away_ms,
        sum(back_soon_ms) as back_soon_ms
    from {{ ref('int_agents__hours') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, hour_start_ms, agent_id, agent_group_id

)

select
    account_id,
    date_day,
    {{ utc_timestamp('hour_start_ms') }} as hour_start_at,
    agent_id,
    agent_group_id,
    logged_in_ms / 3600000 as logged_in_hours,
    online_ms / 3600000 as online_hours,
    away_ms / 3600000 as away_hours,
    back_soon_ms / 3600000 as back_soon_hours,
    {{ name_key('agent') }} as agent_key,
    {{ name_key('agent_group') }} as agent_group_key
from agent_activity_hourly
