-- A distinct count of visitors over a week, a month or the whole history is at least that of each of its days and at
-- most the sum over them: less would have lost somebody, more would have counted somebody twice.
with longer as (

    select * from {{ ref('one_to_one_visitors') }}
    where period <> 'day'

),

days as (

    select
        account_id,
        period_start as date_day,
        visitors_with_widget_impression as impressions,
        visitors_with_clicks as clicks
    from {{ ref('one_to_one_visitors') }}
    where period = 'day'

),

members as (

    select days.*, 'week' as period, cast(date_trunc('week', date_day) as date) as period_start
    from days
    union all
    select days.*, 'month' as period, cast(date_trunc('month', date_day) as date) as period_start
    from days
    union all
    select days.*, 'all' as period, cast('1970-01-01' as date) as period_start
    from days

),

bounds as (

    select
        account_id,
        period,
        period_start,
        max(impressions) as greatest_impressions,
        max(clicks) as greatest_clicks,
        sum(impressions) as sum_impressions,
        sum(clicks) as sum_clicks
    from members
    group by account_id, period, period_start

)

select
    coalesce(bounds.account_id, longer.account_id) as account_id,
    coalesce(bounds.period, longer.period) as period,
    coalesce(bounds.period_start, longer.period_start) as period_start,
    longer.visitors_with_widget_impression,
    longer.visitors_with_clicks
from bounds
full outer join longer
    on
        bounds.account_id = longer.account_id
        and bounds.period = longer.period
        and bounds.period_start = longer.period_start
where
    bounds.account_id is null
    or longer.account_id is null
    or longer.visitors_with_widget_impression not between bounds.greatest_impressions and bounds.sum_impressions
    or longer.visitors_with_clicks not between bounds.greatest_clicks and bounds.sum_clicks
