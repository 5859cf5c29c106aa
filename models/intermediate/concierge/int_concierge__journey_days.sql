{#- One row per account, local date and journey: its sends, the conversations it led to, and the orders those won. -#}
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
        journey_id,
        count(*) as conversations
    from {{ ref('int_concierge__conversations') }}
    where
        journey_id is not null
        and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, journey_id

),

sends as (

    select
        account_id,
        date_day,
        journey_id,
        sum(events) as journey_sends
    from {{ ref('int_concierge__event_days') }}
    where
        journey_id is not null
        and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, journey_id

),

orders as (

    select
        account_id,
        date_day,
        journey_id,
        count(*) as orders,
        sum(order_value) as revenue
    from {{ ref('int_concierge__orders') }}
    where
        journey_id is not null
        and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, journey_id

),

keys as (

    select account_id, date_day, journey_id from conversations
    union
    select account_id, date_day, journey_id from sends
    union
    select account_id, date_day, journey_id from orders

),

int_concierge__journey_days as (

    select
        keys.account_id,
        keys.date_day,
        keys.journey_id,
        cast(coalesce(sends.journey_sends, 0) as bigint) as journey_sends,
        cast(coalesce(conversations.conversations, 0) as bigint) as conversations,
        cast(coalesce(orders.orders, 0) as bigint) as orders,
        cast(coalesce(orders.revenue, 0) as decimal(38, 9)) as revenue
    from keys
    left join conversations
        on
            keys.account_id = conversations.account_id
            and keys.date_day = conversations.date_day
            and keys.journey_id = conversations.journey_id
    left join sends
        on
            keys.account_id = sends.account_id
            and keys.date_day = sends.date_day
            and keys.journey_id = sends.journey_id
    left join orders
        on
            keys.account_id = orders.account_id
            and keys.date_day = orders.date_day
            and keys.journey_id = orders.journey_id

)

select * from int_concierge__journey_days
