{#-
    One row per conversion goal event (account_id, goal_event_id) of kind sell, lead or service. The same id in
    several visits is one event: the earliest, of those at one instant the one in the lesser visit id.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'goal_event_id'],
        touched_by={'stg_liveperson__goals': 'goal_event_id'},
    )
}}

with ranked as (

    select
        *,
        row_number() over (
            partition by account_id, goal_event_id order by achieved_ms, visit_id, goal_place
        ) as occurrence
    from {{ ref('stg_liveperson__goals') }}
    where
        kind in ('sell', 'lead', 'service')
        and {{ is_touched('account_id', 'goal_event_id') }}

),

int_conversions__goals as (

    select
        account_id,
        goal_event_id,
        visit_id,
        visitor_id,
        achieved_ms,
        kind,
        campaign_goal_id,
        case when kind = 'sell' then coalesce(order_total, 0) else 0 end as revenue,
        -- a goal without an order is an order of its own; the prefixes keep the two apart
        case
            when kind = 'sell' and order_id is not null then 'order ' || order_id
            else 'goal ' || goal_event_id
        end as order_key
    from ranked
    where occurrence = 1

)

select * from int_conversions__goals
