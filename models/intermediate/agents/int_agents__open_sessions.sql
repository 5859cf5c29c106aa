{#- One row per agent session that was never logged out of: its end still depends on what arrives later. -#}
{{ config(materialized='view') }}

with int_agents__open_sessions as (

    select account_id, session_id
    from {{ ref('stg_liveperson__agent_status_changes') }}
    group by account_id, session_id
    having not bool_or(status_type = 'logout')

)

select * from int_agents__open_sessions
