{#- One row per agent session that was never logged out of: its end still depends on what arrives later. -#}
with int_agents__open_sessions as (

    select account_id, session_id
    from {{ ref('int_agents__sessions') }}
    where closed_ms is null

)

select * from int_agents__open_sessions
