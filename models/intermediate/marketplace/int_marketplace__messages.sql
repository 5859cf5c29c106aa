{#-
    One row per message of a subscriber's conversation (its id in the conversation) that counts: of the MAIN dialog, by
    the consumer, a bot or a person. The text is here only where the subscriber shares transcripts.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id', 'int_accounts': none},
    )
}}

with messages as (

    select
        messages.account_id,
        messages.conversation_id,
        messages.message_number,
        messages.sent_ms,
        messages.sender,
        -- a message without an id is known by its place
        coalesce(contents.message_id, 'unknown ' || cast(messages.message_number as string)) as message_id,
        contents.participant_id,
        contents.dialog_id,
        contents.message_type,
        case when subscribers.is_transcript_shared then contents.message_text end as message_text
    from {{ ref('int_conversations__messages') }} as messages
    inner join {{ ref('int_marketplace__subscribers') }} as subscribers on messages.account_id = subscribers.account_id
    inner join {{ ref('stg_liveperson__messages') }} as contents
        on
            messages.account_id = contents.account_id
            and messages.conversation_id = contents.conversation_id
            and messages.message_place = contents.message_place
    where {{ is_touched('messages.account_id', 'messages.conversation_id') }}

),

listed as (

    -- an id that comes twice is one message; the first in the order sent has it
    select
        *,
        row_number() over (
            partition by account_id, conversation_id, message_id order by message_number
        ) as listing
    from messages

),

int_marketplace__messages as (

    select {{ all_columns_but(['listing']) }} from listed
    where listing = 1

)

select * from int_marketplace__messages
