{#-
    One row per conversion, credited once: to the touch that earned it, with what that says of it. Without a touch it
    is unattributed and its touch is null.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'int_conversions__distinct': 'visitor_id',
            'int_conversions__touches': 'visitor_id',
            'int_conversions__credits': 'visitor_id',
        },
    )
}}

with conversions as (

    select * from {{ ref('int_conversions__distinct') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

credits as (

    select * from {{ ref('int_conversions__credits') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

touches as (

    select * from {{ ref('int_conversions__touches') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

int_conversions__attributed as (

    select
        conversions.account_id,
        conversions.conversion_id,
        conversions.visitor_id,
        conversions.visit_id,
        conversions.achieved_ms,
        conversions.kind,
        conversions.revenue,
        case touches.precedence
            when 1 then 'messaging'
            when 2 then 'self_service'
            when 3 then 'control'
            else 'unattributed'
        end as attribution_group,
        case
            when touches.precedence = 3
                then case when touches.is_holdout then 'holdout' else 'unexposed_prospect' end
        end as control_kind,
        case
            when touches.precedence is null then null
            -- an app has no visit that a conversation could end with: six hours stand in for it
            when touches.is_app_conversation then conversions.achieved_ms <= touches.touch_ms + 6 * 3600 * 1000
            else conversions.visit_id = touches.visit_id
        end as in_session,
        case
            when touches.precedence is not null
                then coalesce(conversions.campaign_goal_id = touches.goal_id, false)
        end as is_direct,
        coalesce(credits.had_exposure, false) as had_exposure,
        touches.touch_ms,
        touches.visit_id as touch_visit_id,
        touches.conversation_id,
        touches.engagement_id,
        touches.campaign_id,
        touches.lob_id,
        touches.entry_point_id,
        touches.initial_device,
        touches.source_type,
        touches.visit_date as credited_date
    from conversions
    left join credits
        on conversions.account_id = credits.account_id and conversions.conversion_id = credits.conversion_id
    left join touches
        on
            credits.account_id = touches.account_id
            and credits.visitor_id = touches.visitor_id
            and credits.precedence = touches.precedence
            and credits.touch_ms = touches.touch_ms

)

select * from int_conversions__attributed
