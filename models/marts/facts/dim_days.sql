{#- One row per day from 2000 to 2049: the calendar that metrics are asked over, empty days included. -#}
{{ config(materialized='view') }}

with digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        + 10000 * ten_thousands.digit as days_later
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands
    where ten_thousands.digit < 2

),

dim_days as (

    select cast('2000-01-01' as date) + days_later as date_day
    from numbers

)

select date_day
from dim_days
where date_day < cast('2050-01-01' as date)
