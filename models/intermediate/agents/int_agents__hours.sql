{#-
    One row per agent session, agent group and local clock hour: milliseconds logged in and in each state. Every
    time zone's offset is a multiple of 15 minutes, so pieces are cut at quarter hours and put together by hour. A few
    zones changed theirs at a minute in between (St. John's until 2011, Casey): such a quarter is cut at its minutes.
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

clocks as (

    select
        quarters.*,
        case
            when
                extract(hour from {{ local_timestamp_at('quarter_ms', 'time_zone') }})
                = extract(hour from {{ local_timestamp_at('quarter_ms + 840000', 'time_zone') }})
                then 900000
            else 60000
        end as step_ms
    from quarters

),

cuts as (

    select
        clocks.*,
        {{ series('quarter_ms', 'quarter_ms + 899999', 'step_ms') }} as cut_ms
    from clocks

),

pieces as (

    select
        account_id,
        session_id,
        agent_id,
        agent_group_id,
        state,
        cut_ms,
        {{ local_timestamp_at('cut_ms', 'time_zone') }} as cut_local,
        least(to_ms, cut_ms + step_ms) - greatest(from_ms, cut_ms) as piece_ms
    from cuts
    where cut_ms < to_ms and cut_ms + step_ms > from_ms

),

int_agents__hours as (

    select
        account_id,
        session_id,
        agent_id,
        agent_group_id,
        cast(cut_local as date) as date_day,
        cut_ms - extract(minute from cut_local) * 60000 as hour_start_ms,
        sum(piece_ms) as logged_in_ms,
        sum(case when state = 'online' then piece_ms else 0 end) as online_ms,
        sum(case when state = 'away' then piece_ms else 0 end) as away_ms,
        sum(case when state = 'back_soon' then piece_ms else 0 end) as back_soon_ms
    from pieces
    group by account_id, session_id, agent_id, agent_group_id, date_day, hour_start_ms

)

select * from int_agents__hours
