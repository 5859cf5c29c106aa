{#-
    One row per account, local date of the visit's start, device, source type, entry point: each visit counted
    once.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_visits__engagements': 'date_day'},
    )
}}

with visit_flags as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        entry_point_id,
        visit_id,
        attribution_group,
        bool_or(is_prospect) as is_prospect,
        bool_or(is_exposed) as is_exposed,
        bool_or(is_engaged) as is_engaged,
        count(distinct case when is_exposed then engagement_id end) as exposures,
        count(distinct case when is_exposed_online then engagement_id end) as online_exposures
    from {{ ref('int_visits__engagements') }}
    where
        {{ is_touched('account_id', 'date_day') }}
        and entry_point_id is not null
    group by account_id, date_day, initial_device, source_type, entry_point_id, visit_id, attribution_group

),

exposures_daily_entry_point as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        entry_point_id,
        {{ exposure_counts() }}
    from visit_flags
    group by account_id, date_day, initial_device, source_type, entry_point_id
    -- impressions that were only closed or timed out make no member of the funnel
    having bool_or(is_prospect) or bool_or(is_exposed) or bool_or(is_engaged)

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    entry_point_id,
    prospects,
    exposed,
    exposed_not_engaged,
    engaged,
    control_visits,
    exposures,
    online_exposures
from exposures_daily_entry_point
