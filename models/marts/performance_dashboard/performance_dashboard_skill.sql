{#- One row per account, credited date and skill with a sale after a conversation. -#}
select
    account_id,
    date_day,
    member_id as skill_id,
    account_name,
    member_name as skill_name,
    {{ contract_columns(after='skill_name') }}
from {{ ref('performance_dashboard_metrics') }}
where level = 'skill'
