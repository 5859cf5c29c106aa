{#-
    One row per conversation and agent listed in it: what it is, a person, a bot, the system or unknown. Of an agent
    who is listed twice the first listing says it.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with listings as (

    select
        *,
        row_number() over (
            partition by account_id, conversation_id, agent_id order by participant_place
        ) as listing
    from {{ ref('stg_liveperson__agent_participants') }}
    where agent_id is not null and {{ is_touched('account_id', 'conversation_id') }}

),

int_conversations__listed_agents as (

    select
        account_id,
        conversation_id,
        agent_id,
        user_type
    from listings
    where listing = 1

)

select * from int_conversations__listed_agents
