{#-
    One row per status change of an agent session, in the order of its sequence, with what the session is called
    by: its agent (the first one named), and the agent group in force at the event (the latest one named so far).
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'session_id'],
        touched_by={'stg_liveperson__agent_status_changes': 'session_id'},
    )
}}

with changes as (

    select
        *,
        row_number() over (
            partition by account_id, session_id order by sequence_number, sequence_id
        ) as place
    from {{ ref('stg_liveperson__agent_status_changes') }}
    where {{ is_touched('account_id', 'session_id') }}

),

int_agents__events as (

    select
        account_id,
        session_id,
        place,
        changed_ms,
        status_type,
        state,
        {{ first_known('agent_id') }} over (
            partition by account_id, session_id order by place
            rows between unbounded preceding and unbounded following
        ) as agent_id,
        coalesce({{ last_known('agent_group_id') }} over (
            partition by account_id, session_id order by place
            rows between unbounded preceding and current row
        ), 'unknown') as agent_group_id
    from changes

)

select * from int_agents__events
