{#- One row per account that texts and day of the calendar: what LiveSMS conversations are averaged over. -#}
with accounts as (

    -- also where no conversation ever was by LiveSMS: the mean is 0 then
    select account_id from {{ ref('fct_concierge_conversations') }}
    union
    select account_id from {{ ref('fct_concierge_sends') }}
    union
    select account_id from {{ ref('fct_concierge_orders') }}

)

select
    accounts.account_id,
    days.date_day,
    'LIVE_SMS' as program
from accounts
cross join {{ ref('dim_days') }} as days
