{#- One row per account and local date with a conversation by text or a message sent by an agent. -#}
select
    account_id,
    date_day,
    account_name,
    concierge_outbound_messages,
    concierge_conversations,
    escalated_conversations,
    concierge_conversations_resolved_pct,
    not_escalated_pct,
    concierge_time_saved_hours
from {{ ref('concierge_metrics') }}
where
    level = 'brand'
    and concierge_conversations + concierge_outbound_messages > 0
