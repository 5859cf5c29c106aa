{#- One row per status change (account_id, session_id, sequence_id): the current version of the delivered record. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'status_change_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(
        ref('stg_liveperson__agent_status_deliveries'), ['account_id', 'session_id', 'sequence_id']
    ) }}

),

stg_liveperson__agent_status_changes as (

    select
        account_id,
        session_id,
        sequence_id,
        session_id || '/' || sequence_id as status_change_id,
        sequence_or_null(sequence_id) as sequence_number,
        agent_id,
        agent_group_id,
        changed_ms,
        case status_type
            when '1' then 'change'
            when '3' then 'login'
            when '4' then 'logout'
            else 'unknown'
        end as status_type,
        case status_sub_type
            when '1' then 'offline'
            when '2' then 'online'
            when '3' then 'back_soon'
            when '4' then 'away'
            else 'unknown'
        end as state,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from newly_current

)

select * from stg_liveperson__agent_status_changes
