{#- One row per day from 2000 to 2049: the calendar that metrics are asked over, empty days included. -#}
with numbers as (

    select {{ series(0, 18262) }} as days_since_2000

),

dim_days as (

    select cast('2000-01-01' as date) + cast(days_since_2000 as integer) as date_day
    from numbers

)

select date_day from dim_days
