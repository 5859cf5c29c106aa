{#-
    One row per visitor, campaign (`all` too) and period with an eligible visit in it. The first of these visits decides
    the arm and starts the span in which conversions count and in which the visitor may have been reached.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'int_experiment__visits': 'visitor_id',
            'int_engagements__events': 'visitor_id',
            'int_conversions__distinct': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with visits as (

    select
        *,
        row_number() over (
            partition by account_id, visitor_id, campaign_id order by started_ms, visit_id
        ) = 1 as is_first_ever
    from {{ ref('int_experiment__visits') }}
    where {{ is_touched('account_id', 'visitor_id') }}

),

periods as (

    select *, 'month' as period, cast(date_trunc('month', date_day) as date) as period_start
    from visits
    union all
    select *, 'all' as period, cast('1970-01-01' as date) as period_start
    from visits

),

ranked as (

    select
        *,
        row_number() over (
            partition by account_id, visitor_id, campaign_id, period, period_start order by started_ms, visit_id
        ) as place,
        count(case when arm = 'TEST' then 1 end) over (
            partition by account_id, visitor_id, campaign_id, period, period_start
        ) as test_visits,
        count(case when arm = 'CONTROL' then 1 end) over (
            partition by account_id, visitor_id, campaign_id, period, period_start
        ) as control_visits
    from periods

),

firsts as (

    select
        account_id,
        visitor_id,
        campaign_id,
        period,
        period_start,
        visit_id,
        started_ms,
        date_day,
        arm,
        arm_source,
        arm = 'TEST' and control_visits > 0 or arm = 'CONTROL' and test_visits > 0 as is_crossover,
        is_first_ever
    from ranked
    where place = 1

),

units as (

    select * from firsts
    union all
    -- who is new in a month: the month of the first visit of all, which is its first there, too
    select
        account_id,
        visitor_id,
        campaign_id,
        'month_new' as period,
        period_start,
        visit_id,
        started_ms,
        date_day,
        arm,
        arm_source,
        is_crossover,
        is_first_ever
    from firsts
    where period = 'month' and is_first_ever

),

spans as (

    select distinct
        firsts.account_id,
        firsts.visitor_id,
        firsts.visit_id,
        firsts.started_ms,
        firsts.started_ms + cast(accounts.cross_session_window_days * 86400000 as bigint) as ends_ms
    from firsts
    inner join {{ ref('int_accounts') }} as accounts on firsts.account_id = accounts.account_id

),

outcomes as (

    select
        spans.account_id,
        spans.visit_id,
        count(*) as conversions,
        sum(conversions.revenue) as revenue
    from spans
    inner join {{ ref('int_conversions__distinct') }} as conversions
        on
            spans.account_id = conversions.account_id
            and spans.visitor_id = conversions.visitor_id
            and conversions.achieved_ms between spans.started_ms and spans.ends_ms
    group by spans.account_id, spans.visit_id

),

meetings as (

    select
        spans.account_id,
        spans.visit_id,
        events.campaign_id
    from spans
    inner join {{ ref('int_engagements__events') }} as events
        on
            spans.account_id = events.account_id
            and spans.visitor_id = events.visitor_id
            and events.event_ms between spans.started_ms and spans.ends_ms
    where events.is_shown or events.event_kind = 'conversation'

),

reached as (

    select account_id, visit_id, campaign_id from meetings
    where campaign_id <> 'all'
    union
    select account_id, visit_id, 'all' as campaign_id from meetings

),

int_experiment__units as (

    select
        units.account_id,
        units.campaign_id,
        units.period,
        units.period_start,
        units.visitor_id,
        units.visit_id,
        units.started_ms,
        spans.ends_ms,
        units.date_day,
        units.arm,
        units.arm_source,
        case units.arm_source
            when 'site' then accounts.site_control_group_share
            when 'campaign' then accounts.control_group_share
            else 0
        end as expected_control_share,
        coalesce(outcomes.conversions, 0) as conversions,
        coalesce(outcomes.revenue, 0) as revenue,
        units.is_crossover,
        reached.visit_id is not null as is_reached
    from units
    inner join {{ ref('int_accounts') }} as accounts on units.account_id = accounts.account_id
    inner join spans on units.account_id = spans.account_id and units.visit_id = spans.visit_id
    left join outcomes on units.account_id = outcomes.account_id and units.visit_id = outcomes.visit_id
    left join reached
        on
            units.account_id = reached.account_id
            and units.visit_id = reached.visit_id
            and units.campaign_id = reached.campaign_id

)

select * from int_experiment__units
