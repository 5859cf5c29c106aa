{#-
    One row per conversation and local date on which something of it is counted: opened, closed, transferred,
    handled, replied. The measures of a date add up over conversations; `handled` is one a conversation and date.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={
            'stg_liveperson__conversations': 'conversation_id',
            'int_conversations': 'conversation_id',
            'int_accounts': none,
        },
    )
}}

with conversations as (

    select
        conversations.*,
        accounts.time_zone
    from {{ ref('int_conversations') }} as conversations
    inner join {{ ref('int_accounts') }} as accounts on conversations.account_id = accounts.account_id
    where {{ is_touched('conversations.account_id', 'conversations.conversation_id') }}

),

transfer_days as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ local_date('transfers.transferred_ms', 'conversations.time_zone') }} as date_day,
        sum(case when transfers.reason = 'skill' then 1 else 0 end) as skill_transfers,
        sum(case when transfers.reason = 'agent' then 1 else 0 end) as agent_transfers,
        sum(case when transfers.reason = 'back_to_queue' then 1 else 0 end) as queue_transfers,
        sum(case when transfers.reason = 'suggested_agent_timeout' then 1 else 0 end) as suggested_agent_timeouts,
        sum(case when transfers.reason = 'take_over' then 1 else 0 end) as takeovers
    from conversations
    inner join {{ ref('stg_liveperson__transfers') }} as transfers
        on
            conversations.account_id = transfers.account_id
            and conversations.conversation_id = transfers.conversation_id
    group by conversations.account_id, conversations.conversation_id, date_day

),

message_days as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ local_date('messages.sent_ms', 'conversations.time_zone') }} as date_day,
        1 as handled
    from conversations
    inner join {{ ref('int_conversations__messages') }} as messages
        on
            conversations.account_id = messages.account_id
            and conversations.conversation_id = messages.conversation_id
            and messages.is_agent_message
    group by conversations.account_id, conversations.conversation_id, date_day

),

response_days as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ local_date('responses.replied_ms', 'conversations.time_zone') }} as date_day,
        count(*) as responses,
        sum(responses.response_ms) as response_ms
    from conversations
    inner join {{ ref('int_conversations__responses') }} as responses
        on
            conversations.account_id = responses.account_id
            and conversations.conversation_id = responses.conversation_id
    group by conversations.account_id, conversations.conversation_id, date_day

),

days as (

    select account_id, conversation_id, opened_date as date_day from conversations
    union
    select account_id, conversation_id, closed_date as date_day
    from conversations
    where closed_date is not null
    union
    select account_id, conversation_id, date_day from transfer_days
    union
    select account_id, conversation_id, date_day from message_days
    union
    select account_id, conversation_id, date_day from response_days

),

int_conversations__days as (

    select
        days.account_id,
        days.conversation_id,
        days.date_day,
        conversations.initial_device,
        conversations.source_type,
        conversations.campaign_id,
        conversations.engagement_id,
        conversations.agent_id,
        conversations.skill_id,
        conversations.agent_group_id,
        days.date_day = conversations.opened_date as is_opened,
        coalesce(days.date_day = conversations.closed_date, false) as is_closed,
        conversations.closed_by,
        conversations.is_abandoned,
        conversations.is_interactive,
        conversations.duration_ms,
        conversations.csat_valid,
        conversations.csat_good,
        conversations.mcs,
        coalesce(transfer_days.skill_transfers, 0) as skill_transfers,
        coalesce(transfer_days.agent_transfers, 0) as agent_transfers,
        coalesce(transfer_days.queue_transfers, 0) as queue_transfers,
        coalesce(transfer_days.suggested_agent_timeouts, 0) as suggested_agent_timeouts,
        coalesce(transfer_days.takeovers, 0) as takeovers,
        coalesce(message_days.handled, 0) as handled,
        coalesce(response_days.responses, 0) as responses,
        coalesce(response_days.response_ms, 0) as response_ms
    from days
    inner join conversations
        on days.account_id = conversations.account_id and days.conversation_id = conversations.conversation_id
    left join transfer_days
        on
            days.account_id = transfer_days.account_id
            and days.conversation_id = transfer_days.conversation_id
            and days.date_day = transfer_days.date_day
    left join message_days
        on
            days.account_id = message_days.account_id
            and days.conversation_id = message_days.conversation_id
            and days.date_day = message_days.date_day
    left join response_days
        on
            days.account_id = response_days.account_id
            and days.conversation_id = response_days.conversation_id
            and days.date_day = response_days.date_day

)

select * from int_conversations__days
