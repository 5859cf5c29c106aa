{#-
    One row per visitor who converted, kind of touch and instant: the touch that counts there. Touches are the
    conversations in the visitor's visits, displays, and eligibilities; `precedence` 1 messaging, 2 self-service,
    3 control. Of several of a kind at one instant the greatest counts, under either touch rule, so a touch is known
    by its kind and time.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'stg_liveperson__web_sessions': 'visitor_id',
            'int_conversions__distinct': 'visitor_id',
            'int_engagements__events': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with visitors as (

    select distinct account_id, visitor_id
    from {{ ref('int_conversions__distinct') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

events as (

    select
        events.*,
        case events.event_kind when 'conversation' then 1 when 'impression' then 2 else 3 end as precedence
    from {{ ref('int_engagements__events') }} as events
    inner join visitors
        on events.account_id = visitors.account_id and events.visitor_id = visitors.visitor_id
    where events.is_shown or events.event_kind <> 'impression'

),

ranked as (

    select
        *,
        -- as text, what is missing is empty; the visit, which no rule names, comes last
        row_number() over (
            partition by account_id, visitor_id, precedence, event_ms
            order by
                coalesce(conversation_id, engagement_instance_id, '') desc,
                campaign_id desc,
                coalesce(engagement_id, '') desc,
                coalesce(goal_id, '') desc,
                coalesce(display_state, control_group_type, '') desc,
                visit_id desc
        ) as place
    from events

),

int_conversions__touches as (

    select
        ranked.account_id,
        ranked.visitor_id,
        ranked.precedence,
        ranked.event_ms as touch_ms,
        ranked.visit_id,
        visits.date_day as visit_date,
        visits.initial_device,
        visits.source_type,
        ranked.conversation_id,
        coalesce(ranked.source_type = 'brand_app', false) as is_app_conversation,
        ranked.engagement_id,
        ranked.campaign_id,
        ranked.lob_id,
        ranked.entry_point_id,
        coalesce(ranked.goal_id, ranked.campaign_goal_id) as goal_id,
        ranked.event_kind = 'eligibility'
        and (
            coalesce(visits.site_control_group = 'CONTROL', false)
            or coalesce(ranked.control_group_type = 'CONTROL', false)
        ) as is_holdout
    from ranked
    inner join {{ ref('int_visits') }} as visits
        on ranked.account_id = visits.account_id and ranked.visit_id = visits.visit_id
    where ranked.place = 1

)

select * from int_conversions__touches
