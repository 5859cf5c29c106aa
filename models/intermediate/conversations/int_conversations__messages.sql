{#-
    One row per message that counts: of the MAIN dialog, by the consumer or by an agent (a person or a bot), in
    the order sent. Messages of the system and of surveys are not here, so they break no run.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with messages as (

    select messages.*
    from {{ ref('stg_liveperson__messages') }} as messages
    left join {{ ref('stg_liveperson__dialogs') }} as dialogs
        on
            messages.account_id = dialogs.account_id
            and messages.conversation_id = dialogs.conversation_id
            and messages.dialog_id = dialogs.dialog_id
    where
        {{ is_touched('messages.account_id', 'messages.conversation_id') }}
        -- a dialog that is not listed is the MAIN one
        and not coalesce(dialogs.is_post_survey, false)

),

listings as (

    select * from {{ ref('int_conversations__listed_agents') }}
    where {{ is_touched('account_id', 'conversation_id') }}

),

senders as (

    select
        messages.*,
        case
            when messages.sent_by = 'Consumer' then 'consumer'
            when messages.sent_by = 'Agent' then coalesce(listings.user_type, 'human')
        end as sender
    from messages
    left join listings
        on
            messages.account_id = listings.account_id
            and messages.conversation_id = listings.conversation_id
            and messages.participant_id = listings.agent_id

),

int_conversations__messages as (

    select
        account_id,
        conversation_id,
        cast(row_number() over (
            partition by account_id, conversation_id
            order by sent_ms, sequence_number nulls last, message_place
        ) as bigint) as message_number,
        sent_ms,
        sender,
        sender <> 'consumer' as is_agent_message,
        message_place
    from senders
    where sender in ('consumer', 'human', 'bot')

)

select * from int_conversations__messages
