{#- One row per agent that an event names: the name on the newest of them. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'agent_id'],
        touched_by={'stg_one_to_one__events': 'case when agent_name is not null then agent_id end'},
    )
}}

with names as (

    select
        account_id,
        agent_id,
        agent_name,
        row_number() over (partition by account_id, agent_id order by occurred_ms desc, event_id asc) as place
    from {{ ref('int_one_to_one__events') }}
    where
        agent_id is not null
        and agent_name is not null
        and {{ is_touched('account_id', 'agent_id') }}

),

int_one_to_one__agents as (

    select
        account_id,
        agent_id,
        agent_name
    from names
    where place = 1

)

select * from int_one_to_one__agents
