{#-
    One row per message of a conversation that has a time, in every dialog. A note that only agents and managers see is
    no message: nobody wrote it to the consumer.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with messages as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.messages', 'message') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

stg_liveperson__messages as (

    select
        account_id,
        conversation_id,
        message_place,
        message_item.sent_ms,
        message_item.sequence_number,
        message_item.dialog_id,
        message_item.participant_id,
        case lower(message_item.sent_by)
            when 'consumer' then 'Consumer'
            when 'agent' then 'Agent'
            else message_item.sent_by
        end as sent_by,
        message_item.message_id,
        message_item.message_type,
        message_item.message_text
    from messages
    where
        message_item.sent_ms is not null
        and coalesce(message_item.audience <> 'AGENTS_AND_MANAGERS', true)

)

select * from stg_liveperson__messages
