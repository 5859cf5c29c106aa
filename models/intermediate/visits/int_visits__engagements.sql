{#-
    One row per delivered visit and combination of engagement, campaign, line of business and entry point that
    the visit met (eligible for, shown, accepted, or talked through): flags and counts, plus what the visit as a
    whole is, so that every level can be counted distinct from here.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={
            'stg_liveperson__web_sessions': 'visit_id',
            'int_engagements__events': 'visit_id',
            'int_accounts': none,
        },
    )
}}

with events as (

    select
        *,
        -- an app visit is told by what the visit was offered, not by where a talk began
        is_mobile_app and event_kind <> 'conversation' as is_app_offer
    from {{ ref('int_engagements__events') }}
    where
        -- a conversation may name a visit that was never delivered: it is no visit, and has no visitor
        visitor_id is not null
        and {{ is_touched('account_id', 'visit_id') }}

),

met as (

    select
        account_id,
        visit_id,
        engagement_id,
        campaign_id,
        lob_id,
        entry_point_id,
        bool_or(is_app_offer) as is_mobile_app,
        bool_or(event_kind = 'eligibility') as is_prospect,
        bool_or(is_shown) as is_exposed,
        bool_or(is_shown and is_online) as is_exposed_online,
        bool_or(event_kind = 'conversation') as is_engaged,
        sum(case when is_shown then 1 else 0 end) as engagement_views,
        sum(case when is_accepted then 1 else 0 end) as accepted_offers,
        sum(case when is_accepted and is_online then 1 else 0 end) as online_accepted_offers
    from events
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
    inner join {{ ref('stg_liveperson__web_sessions') }} as web_sessions
        on met.account_id = web_sessions.account_id and met.visit_id = web_sessions.visit_id
    inner join {{ ref('int_accounts') }} as accounts on met.account_id = accounts.account_id

)

select * from int_visits__engagements
