{#- One row per account, local date and line of business: the funnel of the business dashboard. -#}
select
    account_id,
    date_day,
    member_id as lob_id,
    account_name,
    member_name as lob_name,
    {{ contract_columns(after='lob_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'lob'
