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

logins as (

    -- with the login that follows each in another session, at the same instant or later
    select
        account_id,
        agent_id,
        session_id,
        login_ms,
        case
            when lag(login_ms) over agent_time = login_ms then login_ms
            else lead(login_ms) over agent_time
        end as following_login_ms
    from {{ ref('int_agents__sessions') }}
    where
        login_ms is not null
        and (account_id, agent_id) in (
            select sessions.account_id, sessions.agent_id from sessions
            where sessions.closed_ms is null
        )
    window agent_time as (partition by account_id, agent_id order by login_ms, session_id)

),

moments as (

    select account_id, agent_id, session_id, login_ms as moment_ms, login_ms from logins
    union all
    select account_id, agent_id, session_id, last_event_ms as moment_ms, null as login_ms from sessions
    where closed_ms is null and agent_id is not null

),

looks as (

    -- one look along the agent's time: pairs of its sessions would be a square. A range takes in all of its instant
    select
        *,
        min(login_ms) over (
            partition by account_id, agent_id order by moment_ms
            range between current row and unbounded following
        ) as found_ms
    from moments

),

next_logins as (

    -- where a session without logout ends, if its agent logged in again elsewhere
    select
        looks.account_id,
        looks.session_id,
        case
            when logins.login_ms = looks.found_ms then logins.following_login_ms else looks.found_ms
        end as next_login_ms
    from looks
    left join logins
        on looks.account_id = logins.account_id and looks.session_id = logins.session_id
    where looks.login_ms is null

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
