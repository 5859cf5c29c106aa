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
            'int_accounts': none,
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
        coalesce(sum(case when is_conversation then duration_ms end), 0) as duration_ms,
        count(distinct case when is_conversation then visitor_id end) as conversation_visitors,
        count(distinct case when had_order then visitor_id end) as purchasing_visitors
    from {{ ref('fct_one_to_one_requests') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

orders as (

    select
        account_id,
        date_day,
        count(*) as orders,
        {{ exact_sum('net_value') }} as order_value,
        {{ exact_sum('case when had_video then net_value else 0 end') }} as attributed_gmv
    from {{ ref('fct_one_to_one_orders') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

ratings as (

    select
        account_id,
        date_day,
        count(*) as ratings,
        {{ exact_sum('rating') }} as rating_points
    from {{ ref('fct_one_to_one_surveys') }}
    where rating is not null and {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

days as (

    select account_id, date_day from requests
    union
    select account_id, date_day from orders
    union
    select account_id, date_day from ratings

)

select
    days.account_id,
    days.date_day,
    accounts.account_name,
    coalesce(requests.conversations, 0) as one_to_one_conversations,
    coalesce(requests.text_conversations, 0) as one_to_one_text_conversations,
    coalesce(requests.video_conversations, 0) as one_to_one_video_conversations,
    coalesce(cast(requests.duration_ms as double) / 60000, 0) as conversation_minutes,
    requests.duration_ms / nullif(requests.conversations, 0) / 60000 as one_to_one_avg_duration_minutes,
    coalesce(requests.conversation_visitors, 0) as conversation_visitors,
    coalesce(requests.purchasing_visitors, 0) as purchasing_visitors,
    requests.purchasing_visitors / nullif(requests.conversation_visitors, 0) as one_to_one_conversion_rate,
    coalesce(orders.orders, 0) as one_to_one_orders,
    coalesce(orders.order_value, 0) as order_value,
    coalesce(orders.attributed_gmv, 0) as one_to_one_attributed_gmv,
    orders.order_value / nullif(orders.orders, 0) as one_to_one_aov,
    coalesce(ratings.ratings, 0) as ratings,
    coalesce(ratings.rating_points, 0) as rating_points,
    ratings.rating_points / nullif(ratings.ratings, 0) as one_to_one_avg_rating,
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
    requests.accepted_agent_requests / nullif(requests.requests_by_agent, 0) as agent_request_acceptance_rate,
    requests.accepted_visitor_requests / nullif(requests.requests_by_visitor, 0)
        as visitor_request_acceptance_rate
from days
inner join {{ ref('int_accounts') }} as accounts on days.account_id = accounts.account_id
left join requests on days.account_id = requests.account_id and days.date_day = requests.date_day
left join orders on days.account_id = orders.account_id and days.date_day = orders.date_day
left join ratings on days.account_id = ratings.account_id and days.date_day = ratings.date_day
