{#- One row per account, credited date and agent with a sale after a conversation. -#}
select
    account_id,
    date_day,
    member_id as agent_id,
    account_name,
    member_name as agent_name,
    {{ contract_columns(after='agent_name') }}
from {{ ref('performance_dashboard_metrics') }}
where level = 'agent'
