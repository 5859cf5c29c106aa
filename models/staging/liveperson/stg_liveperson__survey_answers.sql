{#- One row per answered question of a conversation's surveys. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'conversation_id'],
        touched_by=['conversation'],
    )
}}

with surveys as (

    select
        account_id,
        conversation_id,
        {{ item_and_place('survey_items', 'survey') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

survey_answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        {{ json_items(json_parse('survey_item', '{"surveyData":"JSON"}') ~ '."surveyData"') }} as answer_items
    from surveys

),

items as (

    select
        account_id,
        conversation_id,
        survey_place,
        {{ item_and_place('answer_items', 'answer') }}
    from survey_answers

),

answers as (

    select
        account_id,
        conversation_id,
        survey_place,
        answer_place,
        {{ json_parse('answer_item', '{"answer":"JSON","questionType":"JSON","isValidAnswer":"JSON"}') }} as answer
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
        coalesce(lower({{ json_scalar('answer."isValidAnswer"') }}) <> 'false', true) as is_valid_answer
    from answers

)

select * from stg_liveperson__survey_answers
