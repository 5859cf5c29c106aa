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
        conversations.account_id,
        conversations.conversation_id,
        survey_list.survey_place,
        {{ json_items(json_parse('survey_item', '{"surveyData":"JSON"}') ~ '."surveyData"') }} as answer_items
    from {{ ref('stg_liveperson__conversations') }} as conversations
    {{ each_item('conversations.survey_items', 'survey_list', 'survey_item', 'survey_place') }}
    where {{ is_touched('conversations.account_id', 'conversations.conversation_id') }}

),

answers as (

    select
        {{ all_columns_but(['answer_items'], 'surveys') }},
        answer_list.answer_place,
        {{ json_parse('answer_item', '{"answer":"JSON","questionType":"JSON","isValidAnswer":"JSON"}') }} as answer
    from surveys
    {{ each_item('surveys.answer_items', 'answer_list', 'answer_item', 'answer_place') }}

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
