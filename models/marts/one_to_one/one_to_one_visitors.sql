{#-
    One row per account, period and its first day: distinct visitors who saw the widget, and who clicked on it, in a
    day, a week from Monday, a month, and the whole history. No row is the sum of others.
-#}
with ever as (

    select
        account_id,
        'all' as period,
        cast('1970-01-01' as date) as period_start,
        count(case when has_impression then 1 end) as visitors_with_impression,
        count(case when has_click then 1 end) as visitors_with_clicks
    from {{ ref('int_one_to_one__visitors') }}
    group by account_id

),

periods as (

    select
        account_id,
        period,
        period_start,
        visitors_with_impression,
        visitors_with_clicks
    from {{ ref('int_one_to_one__visitor_periods') }}
    union all
    select
        account_id,
        period,
        period_start,
        visitors_with_impression,
        visitors_with_clicks
    from ever

)

select
    periods.account_id,
    periods.period,
    periods.period_start,
    accounts.account_name,
    periods.visitors_with_impression as visitors_with_widget_impression,
    periods.visitors_with_clicks,
    periods.visitors_with_clicks / nullif(periods.visitors_with_impression, 0) as widget_ctr
from periods
inner join {{ ref('int_accounts') }} as accounts on periods.account_id = accounts.account_id
