{#- One row per account, local date and program: what the reports on conversations by text count, each on its date. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={
            'int_concierge__event_days': 'date_day',
            'int_concierge__conversations': 'date_day',
            'int_concierge__orders': 'date_day',
        },
    )
}}

with conversations as (

    select
        account_id,
        date_day,
        program,
        count(*) as conversations,
        sum(case when origin = 'campaign' then 1 else 0 end) as campaign_conversations,
        sum(case when origin = 'journey' then 1 else 0 end) as journey_conversations,
        sum(case when origin = 'subscriber' then 1 else 0 end) as subscriber_conversations,
        sum(case when is_escalated then 1 else 0 end) as escalated_conversations
    from {{ ref('int_concierge__conversations') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, program

),

events as (

    select
        account_id,
        date_day,
        program,
        sum(case when event_kind = 'agent_message' then events else 0 end) as agent_messages,
        sum(case when event_kind = 'escalation' then events else 0 end) as escalations,
        sum(case when event_kind not in ('agent_message', 'escalation') then events else 0 end) as other_sends
    from {{ ref('int_concierge__event_days') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, program

),

orders as (

    select
        account_id,
        date_day,
        program,
        count(*) as orders,
        sum(order_value) as revenue
    from {{ ref('int_concierge__orders') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, program

),

keys as (

    select account_id, date_day, program from conversations
    union
    select account_id, date_day, program from events
    union
    select account_id, date_day, program from orders

),

int_concierge__days as (

    select
        keys.account_id,
        keys.date_day,
        keys.program,
        cast(coalesce(conversations.conversations, 0) as bigint) as conversations,
        cast(coalesce(conversations.campaign_conversations, 0) as bigint) as campaign_conversations,
        cast(coalesce(conversations.journey_conversations, 0) as bigint) as journey_conversations,
        cast(coalesce(conversations.subscriber_conversations, 0) as bigint) as subscriber_conversations,
        cast(coalesce(conversations.escalated_conversations, 0) as bigint) as escalated_conversations,
        cast(coalesce(events.agent_messages, 0) as bigint) as agent_messages,
        cast(coalesce(events.escalations, 0) as bigint) as escalations,
        cast(coalesce(events.other_sends, 0) as bigint) as other_sends,
        cast(coalesce(orders.orders, 0) as bigint) as orders,
        cast(coalesce(orders.revenue, 0) as decimal(38, 9)) as revenue
    from keys
    left join conversations
        on
            keys.account_id = conversations.account_id
            and keys.date_day = conversations.date_day
            and keys.program = conversations.program
    left join events
        on
            keys.account_id = events.account_id
            and keys.date_day = events.date_day
            and keys.program = events.program
    left join orders
        on
            keys.account_id = orders.account_id
            and keys.date_day = orders.date_day
            and keys.program = orders.program

)

select * from int_concierge__days
