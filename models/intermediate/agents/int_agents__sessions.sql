{#-
    One row per agent session: where it opens (its login, else its first event; what comes before is ignored),
    where it closes (its logout; null while there is none) and when its last event was.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'session_id'],
        touched_by={'stg_liveperson__agent_status_changes': 'session_id'},
    )
}}

with events as (

    select * from {{ ref('int_agents__events') }}
    where {{ is_touched('account_id', 'session_id') }}

),

openings as (

    select
        account_id,
        session_id,
        min(agent_id) as agent_id,
        min(case when status_type = 'login' then place end) as login_place,
        coalesce(min(case when status_type = 'login' then place end), 1) as opening_place
    from events
    group by account_id, session_id

),

closings as (

    select
        events.account_id,
        events.session_id,
        min(case when events.status_type = 'logout' then events.place end) as closing_place,
        max(events.place) as last_place
    from events
    inner join openings
        on
            events.account_id = openings.account_id
            and events.session_id = openings.session_id
            and events.place >= openings.opening_place
    group by events.account_id, events.session_id

),

int_agents__sessions as (

    select
        openings.account_id,
        openings.session_id,
        openings.agent_id,
        openings.opening_place,
        coalesce(closings.closing_place, closings.last_place) as last_place,
        max(case when events.place = openings.login_place then events.changed_ms end) as login_ms,
        max(case when events.place = closings.closing_place then events.changed_ms end) as closed_ms,
        max(
            case when events.place = coalesce(closings.closing_place, closings.last_place) then events.changed_ms end
        ) as last_event_ms
    from openings
    inner join closings
        on openings.account_id = closings.account_id and openings.session_id = closings.session_id
    inner join events
        on openings.account_id = events.account_id and openings.session_id = events.session_id
    group by
        openings.account_id,
        openings.session_id,
        openings.agent_id,
        openings.opening_place,
        closings.closing_place,
        closings.last_place

)

select * from int_agents__sessions
