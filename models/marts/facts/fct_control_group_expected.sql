{#- One row per account, local date, device and source type: how many prospects the vendor takes for control. -#}
with prospects as (

    select * from {{ ref('exposures_daily_brand') }}

)

select
    prospects.account_id,
    prospects.date_day,
    prospects.initial_device,
    prospects.source_type,
    accounts.control_group_share * prospects.prospects as expected_control_visits
from prospects
inner join {{ ref('int_accounts') }} as accounts on prospects.account_id = accounts.account_id
