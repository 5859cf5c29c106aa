{#- One row per account, local date and campaign: the business dashboard without its sessions. -#}
select
    account_id,
    date_day,
    member_id as campaign_id,
    account_name,
    member_name as campaign_name,
    {{ contract_columns(after='campaign_name') }}
from {{ ref('business_dashboard_metrics') }}
where level = 'campaign'
