{#- One row per transfer of a conversation that has a time. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with transfers as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.transfers', 'transfer') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__transfers as (

    select
        account_id,
        conversation_id,
        transfer_place,
        transfer_item.transferred_ms,
        case transfer_item.reason
            when 'Skill' then 'skill'
            when 'Agent' then 'agent'
            when 'back2Q' then 'back_to_queue'
            when 'SuggestedAgentTimeout' then 'suggested_agent_timeout'
            when 'TakeOver' then 'take_over'
            else 'unknown'
        end as reason,
        transfer_item.source_skill_id,
        transfer_item.target_skill_id,
        transfer_item.source_agent_id,
        transfer_item.assigned_agent_id,
        transfer_item.transferred_by
    from transfers
    where transfer_item.transferred_ms is not null

)

select * from stg_liveperson__transfers
