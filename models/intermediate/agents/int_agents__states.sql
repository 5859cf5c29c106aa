{#-
    One row per piece of an agent session spent in one state, from the session's opening to its end. Only a change
    sets a state: a login opens offline, and what a sub-type does not name counts as logged in only.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'session_id'],
        touched_by={
            'stg_liveperson__agent_status_changes': [
                'session_id',
                {'column': 'account_id', 'via': 'int_agents__open_sessions', 'unit': 'session_id'},
            ],
        },
    )
}}
-- depends_on: {{ ref('int_agents__open_sessions') }}

with sessions as (

    select * from {{ ref('int_agents__sessions') }}
    where {{ is_touched('account_id', 'session_id') }}

),

newest as (

    select account_id, max(changed_ms) as newest_ms
    from {{ ref('stg_liveperson__agent_status_changes') }}
    group by account_id

),

next_logins as (

    -- where a session without logout ends, if its agent logged in again elsewhere
    select
        sessions.account_id,
        sessions.session_id,
        min(others.login_ms) as next_login_ms
    from sessions
    inner join {{ ref('int_agents__sessions') }} as others
        on
            sessions.account_id = others.account_id
            and sessions.agent_id = others.agent_id
            and sessions.session_id <> others.session_id
            and sessions.last_event_ms <= others.login_ms
    where sessions.closed_ms is null
    group by sessions.account_id, sessions.session_id

),

endings as (

    select
        sessions.*,
        coalesce(
            sessions.closed_ms,
            least(
                coalesce(next_logins.next_login_ms, newest.newest_ms),
                sessions.last_event_ms + 24 * 3600 * 1000
            )
        ) as ended_ms
    from sessions
    inner join newest on sessions.account_id = newest.account_id
    left join next_logins
        on sessions.account_id = next_logins.account_id and sessions.session_id = next_logins.session_id

),

int_agents__states as (

    select
        events.account_id,
        events.session_id,
        events.place,
        coalesce(events.agent_id, 'unknown') as agent_id,
        events.agent_group_id,
        case
            when events.status_type = 'change' then events.state
            when events.status_type = 'login' then 'offline'
            else 'unknown'
        end as state,
        events.changed_ms as from_ms,
        coalesce(
            lead(events.changed_ms) over (partition by events.account_id, events.session_id order by events.place),
            endings.ended_ms
        ) as to_ms
    from endings
    inner join {{ ref('int_agents__events') }} as events
        on
            endings.account_id = events.account_id
            and endings.session_id = events.session_id
            and endings.opening_place <= events.place
            and endings.last_place >= events.place
            and (endings.opening_place = events.place or events.status_type = 'change')

)

select * from int_agents__states
