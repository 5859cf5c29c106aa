{#- One row per entry of a conversation's interactions: whose turn at answering it was. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with interactions as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.interactions', 'interaction') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__interactions as (

    select
        account_id,
        conversation_id,
        interaction_place,
        interaction_item.assigned_agent_id,
        interaction_item.interactive_sequence,
        interaction_item.interacted_ms
    from interactions

)

select * from stg_liveperson__interactions
