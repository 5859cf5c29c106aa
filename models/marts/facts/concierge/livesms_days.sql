{#- One row per account that ever had a conversation by LiveSMS, and day of the calendar: what is averaged over. -#}
{{ config(materialized='view') }}

with accounts as (

    select distinct account_id from {{ ref('int_concierge__conversations') }}
    where program = 'LIVE_SMS'

)

select
    accounts.account_id,
    days.date_day,
    'LIVE_SMS' as program
from accounts
cross join {{ ref('days') }} as days
