{#-
    One row per touch of a visitor who converted: a conversation linked to one of the visitor's visits, a Show, or
    an eligibility entry's campaign and engagement. `precedence` 1 messaging, 2 self-service, 3 control. The
    columns tie_1 to tie_5 order touches of one kind at one instant: the greater text wins, missing is empty.
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

    select events.*
    from {{ ref('int_engagements__events') }} as events
    inner join visitors
        on events.account_id = visitors.account_id and events.visitor_id = visitors.visitor_id
    where events.is_shown or events.event_kind <> 'impression'

),

int_conversions__touches as (

    select
        events.account_id,
        events.visitor_id,
        case events.event_kind when 'conversation' then 1 when 'impression' then 2 else 3 end as precedence,
        events.event_ms as touch_ms,
        events.visit_id,
        events.conversation_id,
        coalesce(events.source_type, visits.source_type) as source_type,
        events.engagement_id,
        events.campaign_id,
        events.lob_id,
        events.entry_point_id,
        coalesce(events.goal_id, events.campaign_goal_id) as goal_id,
        events.event_kind = 'eligibility'
        and (
            coalesce(visits.site_control_group = 'CONTROL', false)
            or coalesce(events.control_group_type = 'CONTROL', false)
        ) as is_holdout,
        coalesce(events.conversation_id, events.engagement_instance_id, '') as tie_1,
        events.campaign_id as tie_2,
        coalesce(events.engagement_id, '') as tie_3,
        coalesce(events.goal_id, '') as tie_4,
        coalesce(events.display_state, events.control_group_type, '') as tie_5
    from events
    inner join {{ ref('int_visits') }} as visits
        on events.account_id = visits.account_id and events.visit_id = visits.visit_id

)

select * from int_conversions__touches
