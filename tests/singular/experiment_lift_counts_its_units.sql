-- The counts of experiment_lift are the sums of the units below it, read here without the arms in between.
with counted as (

    select
        account_id,
        campaign_id,
        period,
        period_start,
        count(case when arm = 'TEST' then 1 end) as test_units,
        count(case when arm = 'CONTROL' then 1 end) as control_units,
        count(case when arm = 'none' then 1 end) as units_without_arm,
        count(case when arm = 'TEST' and is_converted then 1 end) as test_converters,
        count(case when arm = 'CONTROL' and is_converted then 1 end) as control_converters,
        {{ exact_sum("case when arm = 'TEST' then revenue else 0 end") }} as test_revenue,
        {{ exact_sum("case when arm = 'CONTROL' then revenue else 0 end") }} as control_revenue,
        count(case when is_crossover then 1 end) as crossover_units,
        count(case when arm = 'CONTROL' and is_reached then 1 end) as reached_control_units,
        count(case when is_open then 1 end) as open_units
    from {{ ref('experiment_units') }}
    group by account_id, campaign_id, period, period_start
    having count(case when arm <> 'none' then 1 end) > 0

),

published as (

    select
        account_id,
        campaign_id,
        period,
        period_start,
        test_units,
        control_units,
        units_without_arm,
        test_converters,
        control_converters,
        test_revenue,
        control_revenue,
        crossover_units,
        reached_control_units,
        open_units
    from {{ ref('experiment_lift') }}

)

(
    select counted.*, 'the units' as told_by from counted
    except
    select published.*, 'the units' as told_by from published
)
union all
(
    select published.*, 'experiment_lift' as told_by from published
    except
    select counted.*, 'experiment_lift' as told_by from counted
)
