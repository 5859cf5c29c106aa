{#-
    One row per conversion: an order counts once in an account, in whatever visits its goal was reached again. The
    earliest goal counts, of those at one instant the one with the lesser id.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'order_key'],
        touched_by={'int_conversions__goals': 'order_key'},
    )
}}

with ranked as (

    select
        *,
        row_number() over (
            partition by account_id, order_key order by achieved_ms, goal_event_id
        ) as occurrence
    from {{ ref('int_conversions__goals') }}
    where {{ is_touched('account_id', 'order_key') }}

),

int_conversions__distinct as (

    select
        account_id,
        goal_event_id as conversion_id,
        order_key,
        visit_id,
        visitor_id,
        achieved_ms,
        kind,
        campaign_goal_id,
        revenue
    from ranked
    where occurrence = 1

)

select * from int_conversions__distinct
