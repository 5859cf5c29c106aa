{#- One row per entry of a conversation's agentParticipants: people, bots and the system, as often as listed. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with participants as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.agent_participants', 'participant') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__agent_participants as (

    select
        account_id,
        conversation_id,
        participant_place,
        participant_item.agent_id,
        case participant_item.user_type
            when '0' then 'system'
            when '1' then 'human'
            when '2' then 'bot'
            else 'unknown'
        end as user_type,
        participant_item.permission,
        participant_item.agent_group_id,
        participant_item.joined_ms
    from participants

)

select * from stg_liveperson__agent_participants
