{#- One row per answered question of a conversation's surveys. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with survey_records as (

    select
        account_id,
        conversation_id,
        {{ item_and_place('survey_items', 'survey') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

surveys as (

    select
        account_id,
        conversation_id,
        survey_place,
        {{ json_parse('survey_item', '{"surveyType":"JSON","surveyStatus":"JSON","surveyData":"JSON"}') }} as survey
    from survey_records

),

survey_answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        {{ json_name('survey."surveyType"') }} as survey_type,
        {{ json_name('survey."surveyStatus"') }} as survey_status,
        {{ json_items('survey."surveyData"') }} as answer_items
    from surveys

),

items as (

    select
        account_id,
        conversation_id,
        survey_place,
        survey_type,
        survey_status,
        {{ item_and_place('answer_items', 'answer') }}
    from survey_answers

),

answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        answer_place,
        survey_type,
        survey_status,
        {{ json_parse(
            'answer_item', '{' ~ json_fields(['question', 'answer', 'questionType', 'isValidAnswer']) ~ '}'
        ) }} as answer
    from items

),

stg_liveperson__survey_answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        answer_place,
        {{ json_name('answer."questionType"') }} as question_type,
        {{ number_or_null(json_scalar('answer.answer')) }} as answer_number,
        coalesce(lower({{ json_scalar('answer."isValidAnswer"') }}) <> 'false', true) as is_valid_answer,
        survey_type,
        survey_status,
        {{ json_scalar('answer.question') }} as question,
        {{ json_scalar('answer.answer') }} as answer_text
    from answers

)

select * from stg_liveperson__survey_answers
