{#- One row per account, credited date and agent group with a sale after a conversation. -#}
select
    account_id,
    date_day,
    member_id as agent_group_id,
    account_name,
    member_name as agent_group_name,
    {{ contract_columns(after='agent_group_name') }}
from {{ ref('performance_dashboard_metrics') }}
where level = 'agent_group'
