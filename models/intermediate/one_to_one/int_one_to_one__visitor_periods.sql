{#-
    One row per day, week and month in which somebody saw the widget or clicked on it: how many visitors, each period
    counted by itself. A date, a week and a month that start on one day are replaced together.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'period_start'],
        unit_type='date',
        touched_by={'int_one_to_one__visitor_days': ['date_day', 'week_start', 'month_start']},
    )
}}

with visits as (

    {% for period, start in [('day', 'date_day'), ('week', 'week_start'), ('month', 'month_start')] -%}
    select
        account_id,
        '{{ period }}' as period,
        {{ start }} as period_start,
        visitor_id,
        has_impression,
        has_click
    from {{ ref('int_one_to_one__visitor_days') }}
    where {{ is_touched('account_id', start) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

int_one_to_one__visitor_periods as (

    select
        account_id,
        period,
        period_start,
        count(distinct case when has_impression then visitor_id end) as visitors_with_impression,
        count(distinct case when has_click then visitor_id end) as visitors_with_clicks
    from visits
    group by account_id, period, period_start

)

select * from int_one_to_one__visitor_periods
