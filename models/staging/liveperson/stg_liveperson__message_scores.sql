{#- One row per score of a conversation's messages. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with scores as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.message_scores', 'score') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__message_scores as (

    select
        account_id,
        conversation_id,
        score_place,
        score_item.message_id,
        score_item.raw_score
    from scores

)

select * from stg_liveperson__message_scores
