{#-
    One row per account, local date of the visit's start, device, source type and entry point: each visit counted once
    in each.
-#}
select
    account_id,
    date_day,
    initial_device,
    source_type,
    member_id as entry_point_id,
    prospects,
    exposed,
    exposed_not_engaged,
    engaged,
    control_visits,
    exposures,
    online_exposures
from {{ ref('exposures_daily_levels') }}
where level = 'entry_point'
