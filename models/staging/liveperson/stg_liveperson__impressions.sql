{#-
    One row per distinct impression of a visit: identical ones (same engagement instance, type, state, campaign,
    engagement and time) are one. Where they name different goals the greatest goal id stays.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}

with impressions as (

    select
        visits.account_id,
        visits.visit_id,
        visits.visitor_id,
        {{ item_and_place('delivered.impressions', 'impression') }}
    from {{ ref('stg_liveperson__web_sessions') }} as visits
    inner join {{ ref('stg_liveperson__web_session_deliveries') }} as delivered
        on {{ is_same_delivery('visits', 'delivered') }}
    where {{ is_new('visits.current_since_build') }}

),

stg_liveperson__impressions as (

    select
        account_id,
        visit_id,
        visitor_id,
        impression_item.impression_ms,
        impression_item.engagement_instance_id,
        impression_item.impression_type,
        impression_item.state_code,
        impression_item.campaign_id,
        impression_item.engagement_id,
        max(impression_item.goal_id) as goal_id
    from impressions
    group by
        account_id,
        visit_id,
        visitor_id,
        impression_item.impression_ms,
        impression_item.engagement_instance_id,
        impression_item.impression_type,
        impression_item.state_code,
        impression_item.campaign_id,
        impression_item.engagement_id

)

select * from stg_liveperson__impressions
