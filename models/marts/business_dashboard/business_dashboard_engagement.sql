{#- One row per account, local date and engagement: the business dashboard without its sessions. -#}
select
    account_id,
    date_day,
    member_id as engagement_id,
    account_name,
    member_name as engagement_name,
    {{ contract_columns(after='engagement_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'engagement'
