{#- One row per message of a conversation that has a time, in every dialog. -#}
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
            'message_item',
            '{' ~ json_fields(['messageId', 'seq', 'dialogId', 'participantId', 'timeL', 'type', 'sentBy'])
            ~ ',"messageData":{"msg":{"text":"JSON"}}}'
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
        {{ json_name('message."sentBy"') }} as sent_by,
        {{ json_name('message."messageId"') }} as message_id,
        {{ json_name('message."type"') }} as message_type,
        {{ json_text('message."messageData".msg."text"') }} as message_text
    from parsed

),

stg_liveperson__messages as (

    select * from fields
    where sent_ms is not null

)

select * from stg_liveperson__messages
