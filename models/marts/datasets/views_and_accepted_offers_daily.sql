{#- One row per account, local date of the visit's start, device, source type and the members a display belongs to. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_visits__engagements': 'date_day'},
    )
}}

with views_and_accepted_offers_daily as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        lob_id,
        {{ campaign_or_none('campaign_id', 'engagement_id') }} as campaign_id,
        coalesce(engagement_id, 'none') as engagement_id,
        coalesce(entry_point_id, 'none') as entry_point_id,
        cast(sum(engagement_views) as bigint) as engagement_views,
        cast(sum(accepted_offers) as bigint) as accepted_offers,
        cast(sum(online_accepted_offers) as bigint) as online_accepted_offers
    from {{ ref('int_visits__engagements') }}
    where
        engagement_views + accepted_offers > 0
        and {{ is_touched('account_id', 'date_day') }}
    group by
        account_id,
        date_day,
        initial_device,
        source_type,
        lob_id,
        {{ campaign_or_none('campaign_id', 'engagement_id') }},
        coalesce(engagement_id, 'none'),
        coalesce(entry_point_id, 'none')

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    lob_id,
    campaign_id,
    engagement_id,
    entry_point_id,
    engagement_views,
    accepted_offers,
    online_accepted_offers,
    {{ name_key('campaign', "coalesce(nullif(campaign_id, 'none'), 'unknown')") }} as campaign_key,
    {{ name_key('lob') }} as lob_key,
    {{ name_key('engagement') }} as engagement_key,
    {{ name_key('entry_point') }} as entry_point_key
from views_and_accepted_offers_daily
