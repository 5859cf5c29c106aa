{#-
    One row per event of a campaign or engagement: what an eligibility entry names, a distinct impression, or a
    conversation. Its members are resolved here and nowhere else: where configuration and record disagree,
    configuration wins; what is not named is `unknown`; without an engagement there is no entry point (null).
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'unit_id'],
        touched_by={
            'stg_liveperson__web_sessions': 'visit_id',
            'stg_liveperson__conversations': ['session_id', 'conversation_id'],
            'int_configuration__engagements': [
                {'column': 'engagement_id', 'via': 'stg_liveperson__eligibilities', 'unit': 'visit_id'},
                {'column': 'engagement_id', 'via': 'stg_liveperson__impressions', 'unit': 'visit_id'},
                {'column': 'engagement_id', 'via': 'stg_liveperson__conversations', 'unit': 'session_id'},
                {'column': 'engagement_id', 'via': 'stg_liveperson__conversations', 'unit': 'conversation_id'},
            ],
            'int_configuration__campaigns': [
                {'column': 'campaign_id', 'via': 'stg_liveperson__eligibilities', 'unit': 'visit_id'},
                {'column': 'campaign_id', 'via': 'stg_liveperson__impressions', 'unit': 'visit_id'},
                {'column': 'campaign_id', 'via': 'stg_liveperson__conversations', 'unit': 'session_id'},
                {'column': 'campaign_id', 'via': 'stg_liveperson__conversations', 'unit': 'conversation_id'},
            ],
        },
    )
}}

with eligibilities as (

    select
        account_id,
        visit_id as unit_id,
        'eligibility' as event_kind,
        eligible_ms as event_ms,
        visit_id,
        visitor_id,
        cast(null as string) as conversation_id,
        engagement_id,
        campaign_id,
        cast(null as string) as lob_id,
        cast(null as string) as location_id,
        goal_id,
        cast(null as string) as source_type,
        control_group_type,
        cast(null as string) as engagement_instance_id,
        cast(null as string) as impression_type,
        cast(null as string) as state_code
    from {{ ref('stg_liveperson__eligibilities') }}
    where {{ is_touched('account_id', 'visit_id') }}

),

impressions as (

    select
        account_id,
        visit_id as unit_id,
        'impression' as event_kind,
        impression_ms as event_ms,
        visit_id,
        visitor_id,
        null as conversation_id,
        engagement_id,
        campaign_id,
        null as lob_id,
        null as location_id,
        goal_id,
        null as source_type,
        null as control_group_type,
        engagement_instance_id,
        impression_type,
        state_code
    from {{ ref('stg_liveperson__impressions') }}
    where {{ is_touched('account_id', 'visit_id') }}

),

conversations as (

    select
        conversations.account_id,
        -- a conversation without a visit is a unit of its own; that a visit may be called alike does no harm
        coalesce(conversations.session_id, conversations.conversation_id) as unit_id,
        'conversation' as event_kind,
        conversations.started_ms as event_ms,
        conversations.session_id as visit_id,
        web_sessions.visitor_id,
        conversations.conversation_id,
        conversations.engagement_id,
        conversations.campaign_id,
        conversations.lob_id,
        conversations.location_id,
        conversations.goal_id,
        conversations.source_type,
        null as control_group_type,
        null as engagement_instance_id,
        null as impression_type,
        null as state_code
    from {{ ref('stg_liveperson__conversations') }} as conversations
    left join {{ ref('stg_liveperson__web_sessions') }} as web_sessions
        on
            conversations.account_id = web_sessions.account_id
            and conversations.session_id = web_sessions.visit_id
    where
        {{ is_touched(
            'conversations.account_id', 'coalesce(conversations.session_id, conversations.conversation_id)'
        ) }}

),

events as (

    select * from eligibilities
    union all
    select * from impressions
    union all
    select * from conversations

),

int_engagements__events as (

    select
        events.account_id,
        events.unit_id,
        events.event_kind,
        events.event_ms,
        events.visit_id,
        events.visitor_id,
        events.conversation_id,
        events.engagement_id,
        coalesce(engagements.campaign_id, events.campaign_id, 'unknown') as campaign_id,
        coalesce(campaigns.lob_id, events.lob_id, 'unknown') as lob_id,
        case
            when events.engagement_id is not null
                then coalesce(engagements.entry_point_id, events.location_id, 'unknown')
        end as entry_point_id,
        events.goal_id,
        campaigns.goal_id as campaign_goal_id,
        coalesce(engagements.is_mobile_app, false) as is_mobile_app,
        events.source_type,
        events.control_group_type,
        events.engagement_instance_id,
        coalesce(events.impression_type = 'Show', false) as is_shown,
        coalesce(events.impression_type = 'Accept', false) as is_accepted,
        coalesce(events.state_code = '1', false) as is_online,
        events.state_code as display_state
    from events
    left join {{ ref('int_configuration__engagements') }} as engagements
        on events.account_id = engagements.account_id and events.engagement_id = engagements.engagement_id
    left join {{ ref('int_configuration__campaigns') }} as campaigns
        on
            events.account_id = campaigns.account_id
            and coalesce(engagements.campaign_id, events.campaign_id) = campaigns.campaign_id

)

select * from int_engagements__events
