{#-
    One row per conversation of a subscriber: who wrote how much, when a bot handed it on to people, and when the first
    of them answered. Open conversations included.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id', 'int_accounts': none},
    )
}}

with conversations as (

    select
        conversations.account_id,
        conversations.conversation_id,
        conversations.closed_ms is not null as is_closed
    from {{ ref('int_conversations') }} as conversations
    inner join {{ ref('int_marketplace__subscribers') }} as subscribers
        on conversations.account_id = subscribers.account_id
    where {{ is_touched('conversations.account_id', 'conversations.conversation_id') }}

),

messages as (

    select messages.*
    from conversations
    inner join {{ ref('int_conversations__messages') }} as messages
        on
            conversations.account_id = messages.account_id
            and conversations.conversation_id = messages.conversation_id

),

message_totals as (

    select
        account_id,
        conversation_id,
        sum(case when sender = 'consumer' then 1 else 0 end) as consumer_messages,
        sum(case when sender = 'bot' then 1 else 0 end) as bot_messages,
        sum(case when sender = 'human' then 1 else 0 end) as human_messages,
        min(case when sender = 'bot' then sent_ms end) as first_bot_ms
    from messages
    group by account_id, conversation_id

),

bots as (

    select * from {{ ref('int_conversations__listed_agents') }}
    where user_type = 'bot' and {{ is_touched('account_id', 'conversation_id') }}

),

handed_on as (

    select
        transfers.account_id,
        transfers.conversation_id,
        transfers.transferred_ms,
        transfers.transferred_by,
        transfers.source_agent_id
    from conversations
    inner join {{ ref('stg_liveperson__transfers') }} as transfers
        on
            conversations.account_id = transfers.account_id
            and conversations.conversation_id = transfers.conversation_id
            and transfers.reason in ('skill', 'agent')

),

handed_on_by as (

    -- either of the two names who handed it on, and records fill in now one, now the other
    select account_id, conversation_id, transferred_ms, transferred_by as agent_id from handed_on
    union all
    select account_id, conversation_id, transferred_ms, source_agent_id as agent_id from handed_on

),

bot_transfers as (

    select
        handed_on_by.account_id,
        handed_on_by.conversation_id,
        min(handed_on_by.transferred_ms) as transferred_ms
    from handed_on_by
    inner join bots
        on
            handed_on_by.account_id = bots.account_id
            and handed_on_by.conversation_id = bots.conversation_id
            and handed_on_by.agent_id = bots.agent_id
    group by handed_on_by.account_id, handed_on_by.conversation_id

),

human_assignments as (

    select
        participants.account_id,
        participants.conversation_id,
        min(
            case when participants.joined_ms > message_totals.first_bot_ms then participants.joined_ms end
        ) as joined_after_bot_ms
    from conversations
    inner join {{ ref('stg_liveperson__agent_participants') }} as participants
        on
            conversations.account_id = participants.account_id
            and conversations.conversation_id = participants.conversation_id
            and participants.user_type = 'human'
            and participants.permission = 'ASSIGNED_AGENT'
    left join message_totals
        on
            participants.account_id = message_totals.account_id
            and participants.conversation_id = message_totals.conversation_id
    group by participants.account_id, participants.conversation_id

),

escalated as (

    select
        conversations.account_id,
        conversations.conversation_id,
        coalesce(message_totals.consumer_messages, 0) as consumer_messages,
        coalesce(message_totals.bot_messages, 0) as bot_messages,
        coalesce(message_totals.human_messages, 0) as human_messages,
        conversations.is_closed
        and coalesce(message_totals.bot_messages > 0 and message_totals.human_messages = 0, false)
        and human_assignments.account_id is null as is_contained,
        coalesce(bot_transfers.transferred_ms, human_assignments.joined_after_bot_ms) as escalated_ms
    from conversations
    left join message_totals
        on
            conversations.account_id = message_totals.account_id
            and conversations.conversation_id = message_totals.conversation_id
    left join bot_transfers
        on
            conversations.account_id = bot_transfers.account_id
            and conversations.conversation_id = bot_transfers.conversation_id
    left join human_assignments
        on
            conversations.account_id = human_assignments.account_id
            and conversations.conversation_id = human_assignments.conversation_id

),

human_responses as (

    select
        escalated.account_id,
        escalated.conversation_id,
        min(messages.sent_ms) as responded_ms
    from escalated
    inner join messages
        on
            escalated.account_id = messages.account_id
            and escalated.conversation_id = messages.conversation_id
            and messages.sender = 'human'
            and escalated.escalated_ms < messages.sent_ms
    group by escalated.account_id, escalated.conversation_id

),

int_marketplace__escalations as (

    select
        escalated.account_id,
        escalated.conversation_id,
        escalated.consumer_messages,
        escalated.bot_messages,
        escalated.human_messages,
        escalated.is_contained,
        escalated.escalated_ms,
        human_responses.responded_ms,
        human_responses.responded_ms is not null as has_human_response,
        human_responses.responded_ms - escalated.escalated_ms as wait_ms,
        {{ local_date('human_responses.responded_ms', 'accounts.time_zone') }} as responded_date
    from escalated
    inner join {{ ref('int_accounts') }} as accounts on escalated.account_id = accounts.account_id
    left join human_responses
        on
            escalated.account_id = human_responses.account_id
            and escalated.conversation_id = human_responses.conversation_id

)

select * from int_marketplace__escalations
