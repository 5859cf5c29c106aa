{#- One row per account and local date: the whole business dashboard of the brand. -#}
select
    account_id,
    date_day,
    account_name,
    {{ contract_columns(after='account_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'brand'
