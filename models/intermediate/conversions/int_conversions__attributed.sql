{#-
    One row per conversion, credited once: to the touch of the highest precedence inside the window, and there to
    the latest or the earliest by the account's rule. Without a touch it is unattributed and its touch is null.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'int_conversions__distinct': 'visitor_id',
            'stg_liveperson__web_sessions': 'visitor_id',
            'int_conversions__touches': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with conversions as (

    select
        conversions.*,
        accounts.time_zone,
        accounts.touch_rule,
        cast(accounts.cross_session_window_days * 86400000 as bigint) as window_ms
    from {{ ref('int_conversions__distinct') }} as conversions
    inner join {{ ref('int_accounts') }} as accounts on conversions.account_id = accounts.account_id
    where {{ is_touched('conversions.account_id', 'conversions.visitor_id') }}

),

candidates as (

    select
        conversions.account_id,
        conversions.conversion_id,
        {{ all_columns_but(['account_id', 'visitor_id'], 'touches') }},
        row_number() over (
            partition by conversions.account_id, conversions.conversion_id
            order by
                touches.precedence asc,
                case when conversions.touch_rule = 'first' then touches.touch_ms end asc nulls last,
                touches.touch_ms desc,
                touches.tie_1 desc,
                touches.tie_2 desc,
                touches.tie_3 desc,
                touches.tie_4 desc,
                touches.tie_5 desc,
                touches.visit_id desc
        ) as place,
        bool_or(touches.precedence = 2) over (
            partition by conversions.account_id, conversions.conversion_id
        ) as had_exposure
    from conversions
    inner join {{ ref('int_conversions__touches') }} as touches
        on
            conversions.account_id = touches.account_id
            and conversions.visitor_id = touches.visitor_id
            and touches.touch_ms between conversions.achieved_ms - conversions.window_ms and conversions.achieved_ms

),

credited as (

    select
        candidates.*,
        visits.started_ms as visit_started_ms,
        visits.initial_device,
        visits.source_type as visit_source_type
    from candidates
    inner join {{ ref('int_visits') }} as visits
        on candidates.account_id = visits.account_id and candidates.visit_id = visits.visit_id
    where candidates.place = 1

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
        case credited.precedence
            when 1 then 'messaging'
            when 2 then 'self_service'
            when 3 then 'control'
            else 'unattributed'
        end as attribution_group,
        case
            when credited.precedence = 3
                then case when credited.is_holdout then 'holdout' else 'unexposed_prospect' end
        end as control_kind,
        case
            when credited.precedence is null then null
            -- an app has no visit that a conversation could end with: six hours stand in for it
            when credited.conversation_id is not null and credited.source_type = 'brand_app'
                then conversions.achieved_ms <= credited.touch_ms + 6 * 3600 * 1000
            else conversions.visit_id = credited.visit_id
        end as in_session,
        case
            when credited.precedence is not null
                then coalesce(conversions.campaign_goal_id = credited.goal_id, false)
        end as is_direct,
        coalesce(credited.had_exposure, false) as had_exposure,
        credited.touch_ms,
        credited.visit_id as touch_visit_id,
        credited.conversation_id,
        credited.engagement_id,
        credited.campaign_id,
        credited.lob_id,
        credited.entry_point_id,
        credited.initial_device,
        credited.visit_source_type as source_type,
        {{ local_date('credited.visit_started_ms', 'conversions.time_zone') }} as credited_date
    from conversions
    left join credited
        on
            conversions.account_id = credited.account_id
            and conversions.conversion_id = credited.conversion_id

)

select * from int_conversions__attributed
