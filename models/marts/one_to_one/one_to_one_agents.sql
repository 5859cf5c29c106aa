{#- One row per account, local date and agent for whom something counted: the leaderboard and its trends. -#}
{{ config(materialized='view') }}

with days as (

    select * from {{ ref('int_one_to_one__agent_days') }}

)

select
    days.account_id,
    days.date_day,
    days.agent_id,
    coalesce(agents.agent_name, 'unknown') as agent_name,
    days.ratings as agent_ratings,
    days.rating_points as agent_rating_points,
    {{ ratio('days.rating_points', 'days.ratings') }} as agent_average_rating,
    days.initiated_requests as agent_initiated_requests,
    days.accepted_requests as agent_accepted_requests,
    {{ ratio('days.accepted_requests', 'days.initiated_requests') }} as agent_initiated_request_acceptance_rate,
    days.conversations as agent_total_conversations,
    days.sales as agent_attributed_sales,
    days.orders as agent_attributed_orders
from days
left join {{ ref('int_one_to_one__agents') }} as agents
    on days.account_id = agents.account_id and days.agent_id = agents.agent_id
