{#-
    One row per account and local date on which a request was opened, an order counted or a rating given: requests
    and conversations on the date of their opening event, orders and ratings on their own.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={
            'int_one_to_one__requests': 'date_day',
            'int_one_to_one__surveys': 'date_day',
            'int_one_to_one__timeline': 'date_day',
        },
    )
}}

with requests as (

    select
        account_id,
        date_day,
        count(*) as total_requests,
        count(case when side = 'agent' then 1 end) as requests_by_agent,
        count(case when side = 'visitor' then 1 end) as requests_by_visitor,
        count(case when side = 'unknown' then 1 end) as requests_by_unknown_side,
        count(case when medium = 'text' then 1 end) as text_requests,
        count(case when medium = 'video' then 1 end) as video_requests,
        count(case when side = 'agent' and is_conversation then 1 end) as accepted_agent_requests,
        count(case when side = 'visitor' and is_conversation then 1 end) as accepted_visitor_requests,
        count(case when is_conversation then 1 end) as conversations,
        count(case when is_text then 1 end) as text_conversations,
        count(case when is_video then 1 end) as video_conversations,
        coalesce(sum(case when is_conversation then duration_ms end), 0) as duration_ms
    from {{ ref('int_one_to_one__requests') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

visitors as (

    select
        account_id,
        date_day,
        count(distinct visitor_id) as conversation_visitors,
        count(distinct case when has_order then visitor_id end) as purchasing_visitors
    from {{ ref('int_one_to_one__timeline') }}
    where not is_order and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

orders as (

    select
        account_id,
        date_day,
        count(*) as orders,
        {{ exact_sum('net_value') }} as order_value,
        {{ exact_sum('case when is_after_video then net_value else 0 end') }} as attributed_gmv
    from {{ ref('int_one_to_one__orders') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

ratings as (

    select
        account_id,
        date_day,
        count(*) as ratings,
        {{ exact_sum('rating') }} as rating_points
    from {{ ref('int_one_to_one__surveys') }}
    where rating is not null and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

days as (

    -- a conversation is a request, so its visitors have no date of their own
    select account_id, date_day from requests
    union
    select account_id, date_day from orders
    union
    select account_id, date_day from ratings

)

select
    days.account_id,
    days.date_day,
    coalesce(requests.conversations, 0) as one_to_one_conversations,
    coalesce(requests.text_conversations, 0) as one_to_one_text_conversations,
    coalesce(requests.video_conversations, 0) as one_to_one_video_conversations,
    coalesce(cast(requests.duration_ms as double) / 60000, 0) as conversation_minutes,
    {{ ratio('requests.duration_ms', 'requests.conversations') }} / 60000 as one_to_one_avg_duration_minutes,
    coalesce(visitors.conversation_visitors, 0) as conversation_visitors,
    coalesce(visitors.purchasing_visitors, 0) as purchasing_visitors,
    {{ ratio('visitors.purchasing_visitors', 'visitors.conversation_visitors') }} as one_to_one_conversion_rate,
    coalesce(orders.orders, 0) as one_to_one_orders,
    coalesce(orders.order_value, 0) as order_value,
    coalesce(orders.attributed_gmv, 0) as one_to_one_attributed_gmv,
    {{ ratio('orders.order_value', 'orders.orders') }} as one_to_one_aov,
    coalesce(ratings.ratings, 0) as ratings,
    coalesce(ratings.rating_points, 0) as rating_points,
    {{ ratio('ratings.rating_points', 'ratings.ratings') }} as one_to_one_avg_rating,
    coalesce(requests.total_requests, 0) as total_requests,
    coalesce(requests.requests_by_agent, 0) as requests_by_agent,
    coalesce(requests.requests_by_visitor, 0) as requests_by_visitor,
    coalesce(requests.requests_by_unknown_side, 0) as requests_by_unknown_side,
    coalesce(requests.text_requests, 0) as text_requests,
    coalesce(requests.video_requests, 0) as video_requests,
    coalesce(requests.total_requests - requests.conversations, 0) as unsuccessful_requests,
    coalesce(
        requests.requests_by_visitor - requests.accepted_visitor_requests, 0
    ) as unanswered_visitor_requests,
    coalesce(requests.accepted_agent_requests, 0) as accepted_agent_requests,
    coalesce(requests.accepted_visitor_requests, 0) as accepted_visitor_requests,
    {{ ratio('requests.accepted_agent_requests', 'requests.requests_by_agent') }} as agent_request_acceptance_rate,
    {{ ratio('requests.accepted_visitor_requests', 'requests.requests_by_visitor') }}
        as visitor_request_acceptance_rate
from days
left join requests on days.account_id = requests.account_id and days.date_day = requests.date_day
left join visitors on days.account_id = visitors.account_id and days.date_day = visitors.date_day
left join orders on days.account_id = orders.account_id and days.date_day = orders.date_day
left join ratings on days.account_id = ratings.account_id and days.date_day = ratings.date_day
