{#- One row per answered question of a conversation's surveys. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with surveys as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.surveys', 'survey') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        survey_item.survey_type,
        survey_item.survey_status,
        {{ item_and_place('survey_item.answers', 'answer') }}
    from surveys

),

stg_liveperson__survey_answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        answer_place,
        answer_item.question_type,
        number_or_null(answer_item.answer_text) as answer_number,
        coalesce(answer_item.is_valid_answer, true) as is_valid_answer,
        survey_type,
        survey_status,
        answer_item.question,
        answer_item.answer_text
    from answers

)

select * from stg_liveperson__survey_answers
