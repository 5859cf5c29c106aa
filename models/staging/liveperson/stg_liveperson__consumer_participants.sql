{#- One row per entry of a conversation's consumer participants, as often as listed. -#}
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
        {{ item_and_place('delivered.consumer_participants', 'participant') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__consumer_participants as (

    select
        account_id,
        conversation_id,
        participant_place,
        participant_item.participant_id
    from participants

)

select * from stg_liveperson__consumer_participants
