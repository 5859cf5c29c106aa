{#-
    One row per agent session, agent group and local clock hour: milliseconds logged in and in each state. Every
    time zone's offset is a multiple of 15 minutes, so pieces are cut at quarter hours and put together by hour.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'session_id'],
        touched_by={'int_agents__states': 'session_id', 'int_accounts': none},
    )
}}

with states as (

    select
        states.*,
        accounts.time_zone
    from {{ ref('int_agents__states') }} as states
    inner join {{ ref('int_accounts') }} as accounts on states.account_id = accounts.account_id
    where states.to_ms > states.from_ms and {{ is_touched('states.account_id', 'states.session_id') }}

),

quarters as (

    select
        states.*,
        {{ series('floor(from_ms / 900000) * 900000', 'to_ms - 1', 900000) }} as quarter_ms
    from states

),

pieces as (

    select
        account_id,
        session_id,
        agent_id,
        agent_group_id,
        state,
        quarter_ms,
        {{ local_timestamp_at('quarter_ms', 'time_zone') }} as quarter_local,
        least(to_ms, quarter_ms + 900000) - greatest(from_ms, quarter_ms) as piece_ms
    from quarters

),

int_agents__hours as (

    select
        account_id,
        session_id,
        agent_id,
        agent_group_id,
        cast(quarter_local as date) as date_day,
        quarter_ms - extract(minute from quarter_local) * 60000 as hour_start_ms,
        sum(piece_ms) as logged_in_ms,
        sum(case when state = 'online' then piece_ms else 0 end) as online_ms,
        sum(case when state = 'away' then piece_ms else 0 end) as away_ms,
        sum(case when state = 'back_soon' then piece_ms else 0 end) as back_soon_ms
    from pieces
    group by account_id, session_id, agent_id, agent_group_id, date_day, hour_start_ms

)

select * from int_agents__hours
