{#- One row per score of a conversation's messages. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with items as (

    select
        account_id,
        conversation_id,
        {{ item_and_place('message_score_items', 'score') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        score_place,
        {{ json_parse('score_item', '{' ~ json_fields(['messageId', 'messageRawScore']) ~ '}') }} as score
    from items

),

stg_liveperson__message_scores as (

    select
        account_id,
        conversation_id,
        score_place,
        {{ json_name('score."messageId"') }} as message_id,
        {{ number_or_null(json_scalar('score."messageRawScore"')) }} as raw_score
    from parsed

)

select * from stg_liveperson__message_scores
