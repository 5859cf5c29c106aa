{#- One row per account, local date of the visit's start, device and source type: each visit counted once. -#}
select
    account_id,
    date_day,
    initial_device,
    source_type,
    prospects,
    exposed,
    exposed_not_engaged,
    engaged,
    control_visits,
    exposures,
    online_exposures
from {{ ref('exposures_daily_levels') }}
where level = 'brand'
