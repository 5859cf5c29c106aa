{#- One row per day from 2000 to 2049: the calendar that metrics are asked over, empty days included. -#}
with dim_days as (

    {{ dbt.date_spine('day', "cast('2000-01-01' as date)", "cast('2050-01-01' as date)") }}

)

select cast(date_day as date) as date_day
from dim_days
