{#-
    One row per provider, subscriber, conversation and message of the MAIN dialog by the consumer, a bot or a person.
    Text is there only where the subscriber shares transcripts with its provider.
-#}
with messages as (

    select * from {{ ref('int_marketplace__messages') }}

)

select
    subscribers.provider_account_id,
    messages.account_id,
    messages.conversation_id,
    messages.message_id,
    messages.message_number,
    {{ utc_timestamp('messages.sent_ms') }} as message_at,
    messages.sender as sent_by,
    case when messages.sender <> 'consumer' then messages.participant_id end as agent_id,
    messages.participant_id,
    messages.dialog_id,
    messages.message_type,
    messages.message_text as text
from messages
inner join {{ ref('int_marketplace__subscribers') }} as subscribers on messages.account_id = subscribers.account_id
