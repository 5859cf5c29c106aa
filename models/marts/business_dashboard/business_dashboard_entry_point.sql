{#- One row per account, local date and entry point: the funnel of the business dashboard. -#}
select
    account_id,
    date_day,
    member_id as entry_point_id,
    account_name,
    member_name as entry_point_name,
    {{ contract_columns(after='entry_point_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'entry_point'
