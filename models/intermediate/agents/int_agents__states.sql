{#-
    One row per piece of an agent session spent in one state: from one status change to the next, the last one to
    the session's end. Pieces follow each other without gap; a change that went back in time opens an empty piece.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'session_id'],
        touched_by=['agent_session'],
        touched_via=[
            {'topic': 'agent_account', 'relation': 'int_agents__open_sessions', 'match': 'account_id', 'unit': 'session_id'},
        ],
        announces={'agent_states': 'session_id'},
    )
}}

with changes as (

    select
        *,
        row_number() over (
            partition by account_id, session_id order by sequence_number nulls last, sequence_id
        ) as place
    from {{ ref('stg_liveperson__agent_status_changes') }}
    where
        status_type in ('login', 'logout', 'change')
        and {{ is_touched('account_id', 'session_id') }}

),

bounds as (

    -- what comes before the login is ignored; without one the session opens at its first event
    select
        account_id,
        session_id,
        coalesce(min(case when status_type = 'login' then place end), min(place)) as first_place
    from changes
    group by account_id, session_id

),

endings as (

    select
        changes.account_id,
        changes.session_id,
        min(bounds.first_place) as first_place,
        min(case when changes.status_type = 'logout' then changes.place end) as logout_place
    from changes
    inner join bounds
        on
            changes.account_id = bounds.account_id
            and changes.session_id = bounds.session_id
            and changes.place >= bounds.first_place
    group by changes.account_id, changes.session_id

),

events as (

    -- the session's own events, from its opening to its logout
    select
        changes.account_id,
        changes.session_id,
        changes.place,
        changes.changed_ms,
        case
            when changes.status_type = 'login' then 'offline'
            else changes.state
        end as state,
        endings.logout_place is not null as is_logged_out,
        endings.logout_place is not null and changes.place = endings.logout_place as is_logout,
        max(changes.place) over (partition by changes.account_id, changes.session_id) as last_place,
        coalesce(first_value(changes.agent_id ignore nulls) over (
            partition by changes.account_id, changes.session_id order by changes.place
            rows between unbounded preceding and unbounded following
        ), 'unknown') as agent_id,
        coalesce(last_value(changes.agent_group_id ignore nulls) over (
            partition by changes.account_id, changes.session_id order by changes.place
            rows between unbounded preceding and current row
        ), 'unknown') as agent_group_id,
        lead(changes.changed_ms) over (
            partition by changes.account_id, changes.session_id order by changes.place
        ) as next_ms
    from changes
    inner join endings
        on
            changes.account_id = endings.account_id
            and changes.session_id = endings.session_id
            and changes.place >= endings.first_place
            and (endings.logout_place is null or changes.place <= endings.logout_place)

),

newest as (

    select account_id, max(changed_ms) as newest_ms
    from {{ ref('stg_liveperson__agent_status_changes') }}
    group by account_id

),

next_logins as (

    -- where a session without logout ends, if its agent logged in again elsewhere
    select
        events.account_id,
        events.session_id,
        min(logins.changed_ms) as next_login_ms
    from events
    inner join {{ ref('stg_liveperson__agent_status_changes') }} as logins
        on
            events.account_id = logins.account_id
            and events.agent_id = logins.agent_id
            and events.session_id <> logins.session_id
            and logins.status_type = 'login'
            and logins.changed_ms >= events.changed_ms
    where not events.is_logged_out and events.place = events.last_place
    group by events.account_id, events.session_id

),

int_agents__states as (

    select
        events.account_id,
        events.session_id,
        events.place,
        events.agent_id,
        events.agent_group_id,
        events.state,
        events.changed_ms as from_ms,
        greatest(
            events.changed_ms,
            coalesce(
                events.next_ms,
                least(
                    coalesce(next_logins.next_login_ms, newest.newest_ms),
                    events.changed_ms + 24 * 3600 * 1000
                )
            )
        ) as to_ms
    from events
    inner join newest on events.account_id = newest.account_id
    left join next_logins
        on events.account_id = next_logins.account_id and events.session_id = next_logins.session_id
    where not events.is_logout

)

select * from int_agents__states
