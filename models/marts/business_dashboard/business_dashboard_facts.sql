{#-
    One row per account, local date, level and member: what the datasets count, crossed with the levels and summed once.
    A column is null where its dataset has no row of the member, be it that nothing happened or that the dataset is not
    told by that level.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={
            'int_visits': 'date_day',
            'int_visits__engagements': 'date_day',
            'int_conversations__days': 'date_day',
            'int_conversions__attributed': 'credited_date',
            'int_agents__hours': 'date_day',
        },
    )
}}

{%- set levels = business_dashboard_levels() -%}
{%- set conversation_levels = levels | selectattr('has_conversations') | list %}

with sessions as (

    select
        account_id, date_day, 'brand' as level, 'all' as member_id,
        {{ summed(['sessions']) }}
    from {{ ref('visits_daily') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

visits as (

    select
        account_id, date_day, level, member_id,
        {{ summed([
            'prospects', 'exposed', 'exposed_not_engaged', 'engaged', 'control_visits', 'exposures',
            'online_exposures',
        ]) }}
    from {{ ref('exposures_daily_levels') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, level, member_id

),

views as (

    select
        account_id, date_day, level, member_id,
        {{ summed(['engagement_views', 'accepted_offers', 'online_accepted_offers']) }}
    from {{ at_levels(ref('views_and_accepted_offers_daily'), levels) }} as views
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, level, member_id

),

conversations as (

    select
        account_id, date_day, level, member_id,
        {{ summed([
            'opened', 'closed', 'closed_by_agent', 'closed_by_consumer', 'closed_by_system', 'interactive',
            'abandoned', 'transfers', 'skill_transfers', 'queue_transfers', 'handled', 'csat_good', 'csat_valid',
            'mcs_positive', 'mcs_negative', 'mcs_scored',
        ]) }},
        {{ exact_sum('duration_seconds', 18) }} as duration_seconds
    from {{ at_levels(ref('agent_messaging_activity'), conversation_levels) }} as conversations
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, level, member_id

),

replies as (

    select
        account_id, date_day, level, member_id,
        {{ summed(['responses']) }},
        {{ exact_sum('response_seconds', 18) }} as response_seconds
    from {{ at_levels(ref('consumer_messaging_activity'), conversation_levels) }} as replies
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, level, member_id

),

credited as (

    select
        *,
        sell_conversions as sales,
        -- after exposure: credited to a display, or to a conversation whose visitor also saw one in the window
        attribution_group = 'self_service' or attribution_group = 'messaging' and had_exposure as is_after_exposure
    from {{ at_levels(ref('conversions_daily'), conversation_levels) }} as conversions
    where {{ is_touched('account_id', 'date_day') }}

),

conversions as (

    select
        account_id, date_day, level, member_id,
        cast(sum(case when attribution_group = 'messaging' then conversions else 0 end) as bigint)
            as messaging_conversions,
        cast(sum(case when attribution_group = 'self_service' then conversions else 0 end) as bigint)
            as self_service_conversions,
        cast(sum(case when attribution_group = 'control' then conversions else 0 end) as bigint) as control_conversions,
        cast(sum(case when attribution_group = 'self_service' and in_session then conversions else 0 end) as bigint)
            as self_service_in_session_conversions,
        cast(sum(case when attribution_group = 'self_service' and in_session then sales else 0 end) as bigint)
            as self_service_in_session_sell,
        {{ exact_sum("case when attribution_group = 'self_service' and in_session then revenue else 0 end") }}
            as self_service_in_session_revenue,
        cast(sum(case when attribution_group = 'self_service' and not in_session then conversions else 0 end) as bigint)
            as self_service_cross_session_conversions,
        cast(sum(case when attribution_group = 'self_service' and not in_session then sales else 0 end) as bigint)
            as self_service_cross_session_sell,
        {{ exact_sum("case when attribution_group = 'self_service' and not in_session then revenue else 0 end") }}
            as self_service_cross_session_revenue,
        cast(sum(case when attribution_group = 'control' and in_session then conversions else 0 end) as bigint)
            as control_in_session_conversions,
        cast(sum(case when attribution_group = 'control' and in_session then sales else 0 end) as bigint)
            as control_in_session_sell,
        {{ exact_sum("case when attribution_group = 'control' and in_session then revenue else 0 end") }}
            as control_in_session_revenue,
        cast(sum(case when attribution_group = 'control' and not in_session then sales else 0 end) as bigint)
            as control_cross_session_sell,
        {{ exact_sum("case when attribution_group = 'control' and not in_session then revenue else 0 end") }}
            as control_cross_session_revenue,
        cast(sum(case when is_direct and attribution_group = 'messaging' then sales else 0 end) as bigint)
            as direct_sell_after_engagement,
        {{ exact_sum("case when is_direct and attribution_group = 'messaging' then revenue else 0 end") }}
            as direct_revenue_after_engagement,
        cast(sum(case when is_direct and attribution_group = 'self_service' then sales else 0 end) as bigint)
            as direct_sell_after_exposure_not_engagement,
        {{ exact_sum("case when is_direct and attribution_group = 'self_service' then revenue else 0 end") }}
            as direct_revenue_after_exposure_not_engagement,
        cast(sum(case when is_direct and is_after_exposure then sales else 0 end) as bigint)
            as direct_sell_after_exposure,
        {{ exact_sum("case when is_direct and is_after_exposure then revenue else 0 end") }}
            as direct_revenue_after_exposure
    from credited
    group by account_id, date_day, level, member_id

),

hours as (

    select
        account_id, date_day, 'brand' as level, 'all' as member_id,
        {{ exact_sum('logged_in_hours', 18) }} as logged_in_hours,
        {{ exact_sum('online_hours', 18) }} as online_hours,
        {{ exact_sum('away_hours', 18) }} as away_hours,
        {{ exact_sum('back_soon_hours', 18) }} as back_soon_hours
    from {{ ref('agent_activity_hourly') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day

),

business_dashboard_facts as (

    -- a row of any dataset is a row here; `using` gives its keys once
    -- noqa: disable=structure.using, references.qualification
    select *
    from sessions
    full join visits using (account_id, date_day, level, member_id)
    full join views using (account_id, date_day, level, member_id)
    full join conversations using (account_id, date_day, level, member_id)
    full join replies using (account_id, date_day, level, member_id)
    full join conversions using (account_id, date_day, level, member_id)
    full join hours using (account_id, date_day, level, member_id)
    -- what has no engagement is in no member of levels engagement and entry_point
    where member_id is not null
    -- noqa: enable=structure.using, references.qualification

)

select * from business_dashboard_facts
