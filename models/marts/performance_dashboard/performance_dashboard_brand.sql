{#- One row per account and credited date with a sale after a conversation. -#}
select
    account_id,
    date_day,
    account_name,
    {{ contract_columns(after='account_name') }}
from {{ ref('performance_dashboard_metrics') }}
where level = 'brand'
