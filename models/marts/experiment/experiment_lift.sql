{#-
    One row per account, campaign and period with a visitor in an arm: what the arm that was not held out did more or
    less, with the doubts. The statistics are functions of macros/engine/functions, the sums those of experiment_arms.
-#}
{{ config(materialized='table') }}

{%- set family = ['account_id', 'period', 'period_start', "campaign_id = 'all'"] %}

with sums as (

    select
        account_id,
        campaign_id,
        period,
        period_start,
        min(campaign_name) as campaign_name,
        coalesce(max(case when arm = 'TEST' then units end), 0) as test_units,
        coalesce(max(case when arm = 'CONTROL' then units end), 0) as control_units,
        coalesce(max(case when arm = 'none' then units end), 0) as units_without_arm,
        coalesce(max(case when arm = 'TEST' then converters end), 0) as test_converters,
        coalesce(max(case when arm = 'CONTROL' then converters end), 0) as control_converters,
        coalesce(max(case when arm = 'TEST' then revenue end), 0) as test_revenue,
        coalesce(max(case when arm = 'CONTROL' then revenue end), 0) as control_revenue,
        max(case when arm = 'TEST' then revenue_variance end) as test_variance,
        max(case when arm = 'CONTROL' then revenue_variance end) as control_variance,
        {{ exact_sum('expected_control_units', 18) }} as expected_control_units,
        cast(sum(crossover_units) as bigint) as crossover_units,
        coalesce(max(case when arm = 'CONTROL' then reached_units end), 0) as reached_control_units,
        cast(sum(open_units) as bigint) as open_units
    from {{ ref('experiment_arms') }}
    group by account_id, campaign_id, period, period_start
    having max(case when arm in ('TEST', 'CONTROL') then 1 end) = 1

),

measured as (

    select
        *,
        rate_difference(test_converters, test_units, control_converters, control_units) as rate_difference,
        newcombe_low(test_converters, test_units, control_converters, control_units) as rate_difference_low,
        newcombe_high(test_converters, test_units, control_converters, control_units) as rate_difference_high,
        relative_lift(test_converters, test_units, control_converters, control_units) as relative_lift,
        katz_low(test_converters, test_units, control_converters, control_units) as relative_lift_low,
        katz_high(test_converters, test_units, control_converters, control_units) as relative_lift_high,
        minimum_detectable_difference(test_converters, test_units, control_converters, control_units)
            as minimum_detectable_difference,
        pooled_z(test_converters, test_units, control_converters, control_units) as z,
        test_revenue / nullif(test_units, 0) - control_revenue / nullif(control_units, 0)
            as revenue_per_visitor_difference,
        welch_degrees_of_freedom(test_variance, test_units, control_variance, control_units) as degrees_of_freedom,
        sample_ratio_chi_square(test_units, control_units, expected_control_units) as srm_chi2
    from sums

),

tested as (

    select
        *,
        welch_half_width(
            degrees_of_freedom, test_variance, test_units, control_variance, control_units
        ) as revenue_half_width,
        case
            when test_units = 0 or control_units = 0 then null
            -- no test where nobody or everybody converted
            when z is null then 1
            else normal_tails(z)
        end as p_value
    from measured

),

ranked as (

    select
        *,
        {{ p_value_by_rank('p_value', family) }} as p_value_by_rank
    from tested

),

adjusted as (

    select
        *,
        {{ adjusted_p_value('p_value', 'p_value_by_rank', family) }} as p_value_adjusted
    from ranked

)

select
    adjusted.account_id,
    adjusted.campaign_id,
    adjusted.period,
    adjusted.period_start,
    accounts.account_name,
    adjusted.campaign_name,
    adjusted.test_units,
    adjusted.control_units,
    adjusted.units_without_arm,
    adjusted.test_converters,
    adjusted.control_converters,
    adjusted.test_revenue,
    adjusted.control_revenue,
    adjusted.rate_difference,
    adjusted.rate_difference_low,
    adjusted.rate_difference_high,
    adjusted.test_units * adjusted.rate_difference as incremental_conversions,
    adjusted.test_units * adjusted.rate_difference_low as incremental_conversions_low,
    adjusted.test_units * adjusted.rate_difference_high as incremental_conversions_high,
    adjusted.relative_lift,
    adjusted.relative_lift_low,
    adjusted.relative_lift_high,
    adjusted.revenue_per_visitor_difference,
    adjusted.revenue_per_visitor_difference - adjusted.revenue_half_width as revenue_per_visitor_difference_low,
    adjusted.revenue_per_visitor_difference + adjusted.revenue_half_width as revenue_per_visitor_difference_high,
    adjusted.minimum_detectable_difference,
    adjusted.p_value,
    adjusted.p_value_adjusted,
    adjusted.expected_control_units,
    adjusted.srm_chi2,
    chi_square_tail(adjusted.srm_chi2) as srm_p_value,
    -- the chi-square that chance exceeds once in a thousand splits
    adjusted.srm_chi2 > 10.827566170662733e0 as srm_flag,
    adjusted.crossover_units,
    adjusted.reached_control_units,
    adjusted.open_units,
    case
        when adjusted.srm_chi2 > 10.827566170662733e0 then 'sample_ratio_mismatch'
        when adjusted.test_converters < 10 or adjusted.control_converters < 10 then 'too_few_converters'
        when adjusted.rate_difference_low > 0 then 'more'
        when adjusted.rate_difference_high < 0 then 'less'
        else 'no_difference_seen'
    end as verdict
from adjusted
inner join {{ ref('int_accounts') }} as accounts on adjusted.account_id = accounts.account_id
