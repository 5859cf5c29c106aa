{#-
    One row per goal event of a visit that has an id and a time: what was achieved, by its metadata's type name.
    Url, abandonment and interaction goals are kept here and used by no metric.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}

with goals as (

    select
        visits.account_id,
        visits.visit_id,
        visits.visitor_id,
        {{ item_and_place('delivered.goals', 'goal') }}
    from {{ ref('stg_liveperson__web_sessions') }} as visits
    inner join {{ ref('stg_liveperson__web_session_deliveries') }} as delivered
        on {{ is_same_delivery('visits', 'delivered') }}
    where {{ is_new('visits.current_since_build') }}

),

stg_liveperson__goals as (

    select
        account_id,
        visit_id,
        visitor_id,
        goal_place,
        goal_item.goal_event_id,
        goal_item.achieved_ms,
        goal_item.campaign_goal_id,
        goal_item.kind,
        goal_item.order_id,
        goal_item.order_total
    from goals
    where goal_item.goal_event_id is not null and goal_item.achieved_ms is not null

)

select * from stg_liveperson__goals
