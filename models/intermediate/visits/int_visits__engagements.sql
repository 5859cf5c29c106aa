{#-
    One row per delivered visit and combination of engagement, campaign, line of business and entry point that
    the visit met (eligible for, shown, accepted, or talked through): flags and counts, plus what the visit as a
    whole is, so that every level can be counted distinct from here.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'visit_id'],
        touched_by=['visit', 'account'],
        touched_via=[
            {'topic': 'engagement', 'relation': 'stg_liveperson__eligibilities', 'match': 'engagement_id', 'unit': 'visit_id'},
            {'topic': 'campaign', 'relation': 'stg_liveperson__eligibilities', 'match': 'campaign_id', 'unit': 'visit_id'},
            {'topic': 'engagement', 'relation': 'stg_liveperson__impressions', 'match': 'engagement_id', 'unit': 'visit_id'},
            {'topic': 'campaign', 'relation': 'stg_liveperson__impressions', 'match': 'campaign_id', 'unit': 'visit_id'},
            {'topic': 'engagement', 'relation': 'stg_liveperson__conversations', 'match': 'engagement_id', 'unit': 'session_id'},
            {'topic': 'campaign', 'relation': 'stg_liveperson__conversations', 'match': 'campaign_id', 'unit': 'session_id'},
        ],
        announces={'visit_member_date': 'date_day', 'visit_members': 'visit_id'},
    )
}}

with eligibilities as (

    select
        eligibilities.account_id,
        eligibilities.visit_id,
        {{ member_columns('eligibilities') }},
        configured_engagement.is_mobile_app,
        1 as prospects,
        0 as shows,
        0 as online_shows,
        0 as accepts,
        0 as online_accepts,
        0 as conversations
    from {{ ref('stg_liveperson__eligibilities') }} as eligibilities
    {{ member_joins('eligibilities') }}
    where {{ is_touched('eligibilities.account_id', 'eligibilities.visit_id') }}

),

impressions as (

    select
        impressions.account_id,
        impressions.visit_id,
        {{ member_columns('impressions') }},
        configured_engagement.is_mobile_app,
        0 as prospects,
        case when impressions.impression_type = 'Show' then 1 else 0 end as shows,
        case
            when impressions.impression_type = 'Show' and impressions.state_code = '1' then 1
            else 0
        end as online_shows,
        case when impressions.impression_type = 'Accept' then 1 else 0 end as accepts,
        case
            when impressions.impression_type = 'Accept' and impressions.state_code = '1' then 1
            else 0
        end as online_accepts,
        0 as conversations
    from {{ ref('stg_liveperson__impressions') }} as impressions
    {{ member_joins('impressions') }}
    where {{ is_touched('impressions.account_id', 'impressions.visit_id') }}

),

conversations as (

    select
        conversations.account_id,
        conversations.session_id as visit_id,
        {{ member_columns('conversations', 'lob_id', 'location_id') }},
        -- an app visit is told by what the visit was offered, not by where a talk began
        false as is_mobile_app,
        0 as prospects,
        0 as shows,
        0 as online_shows,
        0 as accepts,
        0 as online_accepts,
        1 as conversations
    from {{ ref('stg_liveperson__conversations') }} as conversations
    {{ member_joins('conversations') }}
    where
        conversations.session_id is not null
        and {{ is_touched('conversations.account_id', 'conversations.session_id') }}

),

facts as (

    select * from eligibilities
    union all
    select * from impressions
    union all
    select * from conversations

),

met as (

    select
        account_id,
        visit_id,
        engagement_id,
        campaign_id,
        lob_id,
        entry_point_id,
        bool_or(coalesce(is_mobile_app, false)) as is_mobile_app,
        max(prospects) = 1 as is_prospect,
        max(shows) = 1 as is_exposed,
        max(online_shows) = 1 as is_exposed_online,
        max(conversations) = 1 as is_engaged,
        sum(shows) as engagement_views,
        sum(accepts) as accepted_offers,
        sum(online_accepts) as online_accepted_offers
    from facts
    group by account_id, visit_id, engagement_id, campaign_id, lob_id, entry_point_id

),

visits as (

    select
        account_id,
        visit_id,
        bool_or(is_mobile_app) as is_mobile_app,
        case
            when bool_or(is_engaged) then 'messaging'
            when bool_or(is_exposed) then 'self_service'
            when bool_or(is_prospect) then 'control'
            else 'not_eligible'
        end as attribution_group
    from met
    group by account_id, visit_id

),

int_visits__engagements as (

    select
        met.account_id,
        met.visit_id,
        {{ local_date('web_sessions.started_ms', 'accounts.time_zone') }} as date_day,
        web_sessions.device_family as initial_device,
        case when visits.is_mobile_app then 'brand_app' else 'web' end as source_type,
        visits.attribution_group,
        met.engagement_id,
        met.campaign_id,
        met.lob_id,
        met.entry_point_id,
        met.is_prospect,
        met.is_exposed,
        met.is_exposed_online,
        met.is_engaged,
        met.engagement_views,
        met.accepted_offers,
        met.online_accepted_offers
    from met
    inner join visits
        on met.account_id = visits.account_id and met.visit_id = visits.visit_id
    -- conversations may name a visit that was never delivered: it is no visit
    inner join {{ ref('stg_liveperson__web_sessions') }} as web_sessions
        on met.account_id = web_sessions.account_id and met.visit_id = web_sessions.visit_id
    inner join {{ ref('int_accounts') }} as accounts on met.account_id = accounts.account_id

)

select * from int_visits__engagements
