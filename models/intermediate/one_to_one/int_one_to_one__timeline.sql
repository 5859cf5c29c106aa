{#-
    One row per conversation and per order of a visitor who was in one, in the order of the visitor's time. Every
    window of an account is equally long, so an order lies in some window exactly if it lies in that of the latest
    conversation begun before it; one look along the line finds it, however many there are.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'int_one_to_one__requests': 'visitor_id',
            'stg_one_to_one__orders': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with conversations as (

    select * from {{ ref('int_one_to_one__requests') }}
    where is_conversation and visitor_id is not null and {{ is_touched('account_id', 'visitor_id') }}

),

orders as (

    select * from {{ ref('stg_one_to_one__orders') }}
    where
        {{ is_touched('account_id', 'visitor_id') }}
        and (account_id, visitor_id) in (
            select
                conversations.account_id,
                conversations.visitor_id
            from conversations
        )

),

moments as (

    select
        account_id,
        visitor_id,
        opened_ms as moment_ms,
        false as is_order,
        request_id,
        is_video,
        cast(null as string) as order_id,
        null as net_value
    from conversations
    union all
    select
        account_id,
        visitor_id,
        occurred_ms as moment_ms,
        true as is_order,
        cast(null as string) as request_id,
        false as is_video,
        order_id,
        net_value
    from orders

),

neighbours as (

    -- at one instant conversations come first, because a window holds both its ends; of several the greater id is later
    select
        *,
        row_number() over (
            partition by account_id, visitor_id order by moment_ms, is_order, request_id, order_id
        ) as moment_number
    from moments

),

looks as (

    select
        neighbours.*,
        max(case when not is_order then moment_ms end) over earlier as latest_ms,
        {{ last_known('request_id') }} over earlier as latest_request_id,
        max(case when is_video then moment_ms end) over earlier as latest_video_ms,
        min(case when is_order then moment_ms end) over later as next_order_ms
    from neighbours
    window
        earlier as (
            partition by account_id, visitor_id order by moment_number
            rows between unbounded preceding and current row
        ),
        later as (
            partition by account_id, visitor_id order by moment_number
            rows between current row and unbounded following
        )

),

windows as (

    select
        looks.*,
        accounts.time_zone,
        cast(accounts.one_to_one_attribution_days * 86400000 as bigint) as window_ms
    from looks
    inner join {{ ref('int_accounts') }} as accounts on looks.account_id = accounts.account_id

),

int_one_to_one__timeline as (

    select
        account_id,
        visitor_id,
        moment_number,
        moment_ms,
        {{ local_date('moment_ms', 'time_zone') }} as date_day,
        is_order,
        request_id,
        order_id,
        net_value,
        case when is_order and latest_ms >= moment_ms - window_ms then latest_request_id end as earning_request_id,
        is_order and coalesce(latest_video_ms >= moment_ms - window_ms, false) as is_after_video,
        not is_order and coalesce(next_order_ms <= moment_ms + window_ms, false) as has_order
    from windows

)

select * from int_one_to_one__timeline
