{#- One row per account that texts and day of the calendar: what LiveSMS conversations are averaged over. -#}
{{ config(materialized='view') }}

with accounts as (

    -- also where no conversation ever was by LiveSMS: the mean is 0 then
    select distinct account_id from {{ ref('int_concierge__days') }}

)

select
    accounts.account_id,
    days.date_day,
    'LIVE_SMS' as program
from accounts
cross join {{ ref('dim_days') }} as days
