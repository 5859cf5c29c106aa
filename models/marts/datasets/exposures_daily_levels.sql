{#-
    One row per account, local date of the visit's start, device, source type, level and member: visits counted once
    at each level of the business dashboard, so that no level is the sum of a finer one.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_visits__engagements': 'date_day'},
    )
}}

with visit_members as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        level,
        member_id,
        visit_id,
        attribution_group,
        bool_or(is_prospect) as is_prospect,
        bool_or(is_exposed) as is_exposed,
        bool_or(is_engaged) as is_engaged,
        count(distinct case when is_exposed then engagement_id end) as exposures,
        count(distinct case when is_exposed_online then engagement_id end) as online_exposures
    from {{ at_levels(ref('int_visits__engagements'), business_dashboard_levels()) }} as met
    where
        {{ is_touched('account_id', 'date_day') }}
        -- what has no engagement has no entry point either: it belongs to no member of those levels
        and member_id is not null
    group by account_id, date_day, initial_device, source_type, level, member_id, visit_id, attribution_group

),

exposures_daily_levels as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        level,
        member_id,
        count(case when is_prospect then 1 end) as prospects,
        count(case when is_exposed then 1 end) as exposed,
        count(case when is_exposed and attribution_group = 'self_service' then 1 end) as exposed_not_engaged,
        count(case when is_engaged then 1 end) as engaged,
        count(case when is_prospect and attribution_group = 'control' then 1 end) as control_visits,
        cast(sum(exposures) as bigint) as exposures,
        cast(sum(online_exposures) as bigint) as online_exposures
    from visit_members
    group by account_id, date_day, initial_device, source_type, level, member_id
    -- impressions that were only closed or timed out make no member of the funnel
    having bool_or(is_prospect) or bool_or(is_exposed) or bool_or(is_engaged)

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    level,
    member_id,
    prospects,
    exposed,
    exposed_not_engaged,
    engaged,
    control_visits,
    exposures,
    online_exposures
from exposures_daily_levels
