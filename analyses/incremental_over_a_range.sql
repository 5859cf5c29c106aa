-- How many of a quarter's conversions does the vendor call incremental, and how many remain beside the control
-- group?
--
-- On the demo data: At Harrowgate Home 49.2 of the 63 conversions after engagement, and 52.1 where the control
-- group's rate of 2.92% is subtracted instead of the 3.70% of those who saw and did not talk; the sum of the daily
-- figures would say 49.4.
--
-- How to read it: One row per account with at least 100 engaged visits. A range's figure is made of the range's
-- sums: (rate after engagement - rate after exposure without engagement) * engaged. `beyond_control` subtracts the
-- control group's rate. `sum_of_days` is what adding up the panel's column gives, of the days that have a figure.
--
-- Beware: Neither is what messaging caused: people who are about to buy choose to talk, and both comparisons
-- contain their intent. That the two are close proves nothing; both baselines are people who did not talk. The
-- daily column is not additive, and is null on days when one of its rates is.

with visits as (

    select
        account_id,
        sum(engaged) as engaged,
        sum(exposed_not_engaged) as exposed_not_engaged,
        sum(control_visits) as control_visits
    from {{ ref('exposures_daily_brand') }}
    group by account_id

),

conversions as (

    select
        account_id,
        sum(case when attribution_group = 'messaging' then conversions else 0 end) as of_messaging,
        sum(case when attribution_group = 'self_service' then conversions else 0 end) as of_self_service,
        sum(case when attribution_group = 'control' then conversions else 0 end) as of_control
    from {{ ref('conversions_daily_brand') }}
    group by account_id

),

days as (

    select
        account_id,
        sum(cast(incremental_conversions as decimal(28, 10))) as sum_of_days,
        count(incremental_conversions) as days_with_a_figure
    from {{ ref('business_dashboard_brand') }}
    group by account_id

),

rates as (

    select
        visits.account_id,
        visits.engaged,
        coalesce(conversions.of_messaging, 0) as of_messaging,
        coalesce(conversions.of_messaging, 0) / nullif(visits.engaged, 0) as engaged_rate,
        coalesce(conversions.of_self_service, 0) / nullif(visits.exposed_not_engaged, 0) as not_engaged_rate,
        coalesce(conversions.of_control, 0) / nullif(visits.control_visits, 0) as control_rate
    from visits
    left join conversions on visits.account_id = conversions.account_id
    where visits.engaged >= 100

),

incremental_over_a_range as (

    select
        *,
        (engaged_rate - not_engaged_rate) * engaged as incremental_conversions,
        (engaged_rate - control_rate) * engaged as beyond_control
    from rates

)

select
    accounts.account_name,
    compared.engaged,
    compared.of_messaging as conversions,
    cast(compared.engaged_rate as decimal(18, 4)) as engaged_rate,
    cast(compared.not_engaged_rate as decimal(18, 4)) as not_engaged_rate,
    cast(compared.control_rate as decimal(18, 4)) as control_rate,
    cast(compared.incremental_conversions as decimal(18, 1)) as incremental_conversions,
    cast(compared.beyond_control as decimal(18, 1)) as beyond_control,
    cast(days.sum_of_days as decimal(18, 1)) as sum_of_days,
    days.days_with_a_figure
from incremental_over_a_range as compared
inner join {{ ref('accounts') }} as accounts on compared.account_id = accounts.account_id
left join days on compared.account_id = days.account_id
order by compared.engaged desc, compared.account_id asc
