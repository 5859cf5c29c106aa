{#-
    One row per touch of a visitor who converted: a conversation linked to one of the visitor's visits, a Show, or
    an eligibility entry's campaign and engagement. `precedence` 1 messaging, 2 self-service, 3 control. The
    columns tie_1 to tie_5 order touches of one kind at one instant: the greater text wins, missing is empty.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'visitor_id'],
        touched_by=['visitor', 'account'],
        touched_via=[
            {'topic': 'visit', 'relation': 'stg_liveperson__web_sessions', 'match': 'visit_id', 'unit': 'visitor_id'},
            {'topic': 'visit_members', 'relation': 'stg_liveperson__web_sessions', 'match': 'visit_id', 'unit': 'visitor_id'},
            {'topic': 'conversation_members', 'relation': 'int_conversations__visitors', 'match': 'conversation_id', 'unit': 'visitor_id'},
        ],
        announces={'visitor_touches': 'visitor_id'},
    )
}}

-- depends_on: {{ ref('int_conversations__visitors') }}
-- depends_on: {{ ref('stg_liveperson__web_sessions') }}

with visitors as (

    select distinct account_id, visitor_id
    from {{ ref('int_conversions__distinct') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

visits as (

    select visits.*
    from {{ ref('int_visits') }} as visits
    inner join visitors
        on visits.account_id = visitors.account_id and visits.visitor_id = visitors.visitor_id

),

conversations as (

    select
        visits.account_id,
        visits.visitor_id,
        1 as precedence,
        conversations.started_ms as touch_ms,
        visits.visit_id,
        conversations.conversation_id,
        conversations.source_type,
        conversations.engagement_id,
        conversations.campaign_id,
        conversations.lob_id,
        conversations.entry_point_id,
        conversations.goal_id,
        false as is_holdout,
        conversations.conversation_id as tie_1,
        '' as tie_2,
        '' as tie_3,
        '' as tie_4,
        '' as tie_5
    from visits
    inner join {{ ref('int_conversations') }} as conversations
        on visits.account_id = conversations.account_id and visits.visit_id = conversations.visit_id

),

shows as (

    select
        visits.account_id,
        visits.visitor_id,
        2 as precedence,
        impressions.impression_ms as touch_ms,
        visits.visit_id,
        cast(null as varchar) as conversation_id,
        visits.source_type,
        {{ member_columns('impressions') }},
        impressions.goal_id,
        false as is_holdout,
        coalesce(impressions.engagement_instance_id, '') as tie_1,
        coalesce(configured_engagement.campaign_id, impressions.campaign_id, 'unknown') as tie_2,
        coalesce(impressions.engagement_id, '') as tie_3,
        coalesce(impressions.goal_id, '') as tie_4,
        coalesce(impressions.state_code, '') as tie_5
    from visits
    inner join {{ ref('stg_liveperson__impressions') }} as impressions
        on
            visits.account_id = impressions.account_id
            and visits.visit_id = impressions.visit_id
            and impressions.impression_type = 'Show'
    {{ member_joins('impressions') }}

),

eligibilities as (

    select
        visits.account_id,
        visits.visitor_id,
        3 as precedence,
        eligibilities.eligible_ms as touch_ms,
        visits.visit_id,
        cast(null as varchar) as conversation_id,
        visits.source_type,
        {{ member_columns('eligibilities') }},
        eligibilities.goal_id,
        coalesce(visits.site_control_group = 'CONTROL', false)
        or coalesce(eligibilities.control_group_type = 'CONTROL', false) as is_holdout,
        coalesce(configured_engagement.campaign_id, eligibilities.campaign_id, 'unknown') as tie_1,
        coalesce(eligibilities.engagement_id, '') as tie_2,
        coalesce(eligibilities.goal_id, '') as tie_3,
        coalesce(eligibilities.control_group_type, '') as tie_4,
        '' as tie_5
    from visits
    inner join {{ ref('stg_liveperson__eligibilities') }} as eligibilities
        on visits.account_id = eligibilities.account_id and visits.visit_id = eligibilities.visit_id
    {{ member_joins('eligibilities') }}

),

int_conversions__touches as (

    select * from conversations
    union all
    select * from shows
    union all
    select * from eligibilities

)

select * from int_conversions__touches
