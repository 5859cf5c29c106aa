{#- One row per account and local date on which something of program LIVE_SMS is counted. -#}
select
    account_id,
    date_day,
    account_name,
    concierge_attributable_revenue,
    concierge_conversions,
    concierge_cvr,
    concierge_conversations,
    concierge_outbound_messages as agent_messages,
    concierge_time_saved_hours,
    livesms_avg_replied_per_conversation,
    livesms_escalations
from {{ ref('concierge_metrics') }}
where
    level = 'program'
    and member_id = 'LIVE_SMS'
    -- texts that no agent sent are no figure of this report
    and concierge_conversations + concierge_outbound_messages + livesms_escalations + concierge_conversions > 0
