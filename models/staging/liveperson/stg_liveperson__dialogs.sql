{#- One row per dialog of a conversation (account_id, conversation_id, dialog_id); listed twice, the first counts. -#}
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
        {{ item_and_place('dialog_items', 'dialog') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        dialog_place,
        {{ json_parse(
            'dialog_item', '{' ~ json_fields(['dialogId', 'dialogType', 'startTimeL', 'endTimeL']) ~ '}'
        ) }} as dialog
    from items

),

fields as (

    select
        account_id,
        conversation_id,
        dialog_place,
        {{ json_name('dialog."dialogId"') }} as dialog_id,
        coalesce({{ json_name('dialog."dialogType"') }} = 'POST_SURVEY', false) as is_post_survey,
        {{ json_epoch_ms('dialog."startTimeL"') }} as started_ms,
        {{ json_epoch_ms('dialog."endTimeL"') }} as ended_ms
    from parsed

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, conversation_id, dialog_id order by dialog_place
        ) as listing
    from fields
    where dialog_id is not null

),

stg_liveperson__dialogs as (

    select
        account_id,
        conversation_id,
        dialog_id,
        is_post_survey,
        dialog_place,
        started_ms,
        ended_ms
    from ranked
    where listing = 1

)

select * from stg_liveperson__dialogs
