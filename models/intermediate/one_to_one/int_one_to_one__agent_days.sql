{#-
    One row per agent and local date on which a request, conversation, rating or order counts for the agent: requests
    and conversations on the request's date, ratings on the survey's, orders on their own.
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
    from {{ ref('int_one_to_one__requests') }}
    where (side = 'agent' or is_conversation) and {{ is_touched('account_id', 'date_day') }}
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
    from {{ ref('int_one_to_one__surveys') }}
    where rating is not null and {{ is_touched('account_id', 'date_day') }}
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
    from {{ ref('int_one_to_one__orders') }}
    where {{ is_touched('account_id', 'date_day') }}

),

int_one_to_one__agent_days as (

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

select * from int_one_to_one__agent_days
