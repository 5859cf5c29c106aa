{#-
    One row per account, campaign, period and arm: sums over its units, and how much their revenue varies. The squares are
    of deviations as parts of the greatest one, so that they add up exactly as decimals whatever the amounts.
-#}
{{ config(materialized='table') }}

with units as (

    select * from {{ ref('experiment_units') }}

),

arms as (

    select
        account_id,
        campaign_id,
        period,
        period_start,
        arm,
        min(campaign_name) as campaign_name,
        count(*) as units,
        count(case when is_converted then 1 end) as converters,
        {{ exact_sum('revenue') }} as revenue,
        min(revenue) as least_revenue,
        max(revenue) as greatest_revenue,
        {{ exact_sum('expected_control_share', 18) }} as expected_control_units,
        count(case when is_crossover then 1 end) as crossover_units,
        count(case when is_reached then 1 end) as reached_units,
        count(case when is_open then 1 end) as open_units
    from units
    group by account_id, campaign_id, period, period_start, arm

),

centred as (

    select
        *,
        revenue / units as mean_revenue,
        case
            when least_revenue = greatest_revenue then 0
            else greatest(greatest_revenue - revenue / units, revenue / units - least_revenue)
        end as greatest_deviation
    from arms

),

squares as (

    select
        centred.account_id,
        centred.campaign_id,
        centred.period,
        centred.period_start,
        centred.arm,
        {{ exact_sum('pow((units.revenue - centred.mean_revenue) / centred.greatest_deviation, 2)', 24) }} as parts
    from units
    inner join centred
        on
            units.account_id = centred.account_id
            and units.campaign_id = centred.campaign_id
            and units.period = centred.period
            and units.period_start = centred.period_start
            and units.arm = centred.arm
    where centred.greatest_deviation > 0
    group by centred.account_id, centred.campaign_id, centred.period, centred.period_start, centred.arm

)

select
    centred.account_id,
    centred.campaign_id,
    centred.period,
    centred.period_start,
    centred.arm,
    centred.campaign_name,
    centred.units,
    centred.converters,
    centred.revenue,
    case
        when centred.units < 2 then null
        when centred.greatest_deviation = 0 then 0
        else squares.parts * pow(centred.greatest_deviation, 2) / (centred.units - 1)
    end as revenue_variance,
    centred.expected_control_units,
    centred.crossover_units,
    centred.reached_units,
    centred.open_units
from centred
left join squares
    on
        centred.account_id = squares.account_id
        and centred.campaign_id = squares.campaign_id
        and centred.period = squares.period
        and centred.period_start = squares.period_start
        and centred.arm = squares.arm
