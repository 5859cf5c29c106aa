{#-
    One row per campaign or engagement that an eligibility entry of a visit names: a campaign that lists no
    engagements, and an engagement without id, give a row with no engagement.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}

with entries as (

    select
        visits.account_id,
        visits.visit_id,
        visits.visitor_id,
        {{ item_and_place('delivered.eligibilities', 'entry') }}
    from {{ ref('stg_liveperson__web_sessions') }} as visits
    inner join {{ ref('stg_liveperson__web_session_deliveries') }} as delivered
        on {{ is_same_delivery('visits', 'delivered') }}
    where {{ is_new('visits.current_since_build') }}

),

campaigns as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        entry_item.eligible_ms,
        {{ item_and_place('entry_item.campaigns', 'campaign') }}
    from entries

),

campaign_engagements as (

    select
        *,
        case
            when {{ array_size('campaign_item.engagement_ids') }} = 0 then [null] else campaign_item.engagement_ids
        end as engagement_ids
    from campaigns

),

engagements as (

    select
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        campaign_item.campaign_id,
        campaign_item.goal_id,
        campaign_item.control_group_type,
        {{ item_and_place('engagement_ids', 'engagement') }}
    from campaign_engagements

),

stg_liveperson__eligibilities as (

    select distinct
        account_id,
        visit_id,
        visitor_id,
        entry_place,
        eligible_ms,
        campaign_id,
        engagement_item as engagement_id,
        goal_id,
        case when control_group_type in ('TEST', 'CONTROL') then control_group_type end as control_group_type
    from engagements

)

select * from stg_liveperson__eligibilities
