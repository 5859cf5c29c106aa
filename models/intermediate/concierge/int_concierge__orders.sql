{#-
    One row per order that a conversation by text won: the latest one of that phone, in whatever program, that had
    started when the order came, if the order came in its attribution window. All windows of an account are equally
    long, so where the latest start is too long ago, every other is.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'phone'],
        touched_by={
            'stg_attentive__orders': 'phone',
            'int_concierge__conversations': 'phone',
            'int_accounts': none,
        },
        announces_differences=true,
    )
}}

with timeline as (

    select
        account_id,
        phone,
        started_ms as at_ms,
        -- a conversation that starts at the instant of an order has started
        1 as turn,
        program,
        journey_id,
        cast(null as string) as order_key,
        cast(null as decimal(38, 9)) as order_value
    from {{ ref('int_concierge__conversations') }}
    where {{ is_touched('account_id', 'phone') }}
    union all
    select
        account_id,
        phone,
        ordered_ms as at_ms,
        2 as turn,
        cast(null as string) as program,
        cast(null as string) as journey_id,
        order_key,
        order_value
    from {{ ref('stg_attentive__orders') }}
    where
        account_id is not null
        and phone is not null
        and {{ is_touched('account_id', 'phone') }}

),

placed as (

    -- of conversations that start together the one of the greater program is the later
    select
        *,
        row_number() over (
            partition by account_id, phone order by at_ms, turn, program, order_key
        ) as place
    from timeline

),

preceded as (

    select
        *,
        max(case when turn = 1 then place end) over (
            partition by account_id, phone order by place
            rows between unbounded preceding and current row
        ) as conversation_place
    from placed

),

int_concierge__orders as (

    select
        orders.account_id,
        orders.order_key,
        orders.phone,
        orders.at_ms as ordered_ms,
        {{ local_date('orders.at_ms', 'accounts.time_zone') }} as date_day,
        orders.order_value,
        conversations.program,
        conversations.at_ms as conversation_started_ms,
        conversations.journey_id
    from preceded as orders
    inner join placed as conversations
        on
            orders.account_id = conversations.account_id
            and orders.phone = conversations.phone
            and orders.conversation_place = conversations.place
    inner join {{ ref('int_accounts') }} as accounts on orders.account_id = accounts.account_id
    where
        orders.turn = 2
        and orders.at_ms <= conversations.at_ms + cast(accounts.concierge_attribution_days * 86400000 as bigint)

)

select * from int_concierge__orders
