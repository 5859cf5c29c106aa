{#- One row per message of a conversation that has a time, in every dialog; text is not read here. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'conversation_id'],
        touched_by=['conversation'],
    )
}}

with items as (

    select
        account_id,
        conversation_id,
        {{ item_and_place('message_items', 'message') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        message_place,
        {{ json_parse(
            'message_item', '{' ~ json_fields(['seq', 'dialogId', 'participantId', 'timeL', 'sentBy']) ~ '}'
        ) }} as message
    from items

),

fields as (

    select
        account_id,
        conversation_id,
        message_place,
        {{ json_epoch_ms('message."timeL"') }} as sent_ms,
        {{ number_or_null(json_scalar('message.seq')) }} as sequence_number,
        {{ json_name('message."dialogId"') }} as dialog_id,
        {{ json_name('message."participantId"') }} as participant_id,
        {{ json_name('message."sentBy"') }} as sent_by
    from parsed

),

stg_liveperson__messages as (

    select * from fields
    where sent_ms is not null

)

select * from stg_liveperson__messages
