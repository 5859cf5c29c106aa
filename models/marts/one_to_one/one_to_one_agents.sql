{#-
    One row per account, local date and agent for whom something counted: requests and conversations on the request's
    date, ratings on the survey's, orders on their own. The leaderboard and its trends.
-#}
with facts as (

    select
        account_id,
        date_day,
        agent_id,
        case when side = 'agent' then 1 else 0 end as initiated_requests,
        case when side = 'agent' and is_conversation then 1 else 0 end as accepted_requests,
        case when is_conversation then 1 else 0 end as conversations,
        0 as ratings,
        0 as rating_points,
        0 as orders,
        0 as sales
    from {{ ref('fct_one_to_one_requests') }}
    where side = 'agent' or is_conversation
    union all
    select
        account_id,
        date_day,
        agent_id,
        0 as initiated_requests,
        0 as accepted_requests,
        0 as conversations,
        1 as ratings,
        rating as rating_points,
        0 as orders,
        0 as sales
    from {{ ref('fct_one_to_one_surveys') }}
    where rating is not null
    union all
    select
        account_id,
        date_day,
        agent_id,
        0 as initiated_requests,
        0 as accepted_requests,
        0 as conversations,
        0 as ratings,
        0 as rating_points,
        1 as orders,
        net_value as sales
    from {{ ref('fct_one_to_one_orders') }}

),

agent_days as (

    select
        account_id,
        date_day,
        agent_id,
        {{ summed(['initiated_requests', 'accepted_requests', 'conversations', 'ratings', 'orders']) }},
        {{ exact_sum('rating_points') }} as rating_points,
        {{ exact_sum('sales') }} as sales
    from facts
    where agent_id is not null
    group by account_id, date_day, agent_id

)

select
    agent_days.account_id,
    agent_days.date_day,
    agent_days.agent_id,
    accounts.account_name,
    coalesce(agents.agent_name, 'unknown') as agent_name,
    agent_days.ratings as agent_ratings,
    agent_days.rating_points as agent_rating_points,
    agent_days.rating_points / nullif(agent_days.ratings, 0) as agent_average_rating,
    agent_days.initiated_requests as agent_initiated_requests,
    agent_days.accepted_requests as agent_accepted_requests,
    agent_days.accepted_requests / nullif(agent_days.initiated_requests, 0) as agent_initiated_request_acceptance_rate,
    agent_days.conversations as agent_total_conversations,
    agent_days.sales as agent_attributed_sales,
    agent_days.orders as agent_attributed_orders
from agent_days
inner join {{ ref('int_accounts') }} as accounts on agent_days.account_id = accounts.account_id
left join {{ ref('int_one_to_one__agents') }} as agents
    on agent_days.account_id = agents.account_id and agent_days.agent_id = agents.agent_id
