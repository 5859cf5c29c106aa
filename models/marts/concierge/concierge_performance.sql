{#- One row per account and local date with a conversation by text, a text that was sent, or an order won. -#}
select
    account_id,
    date_day,
    account_name,
    concierge_attributable_revenue,
    concierge_outbound_messages,
    concierge_conversations,
    escalated_conversations,
    concierge_conversations_resolved_pct,
    not_escalated_pct,
    sends_excluding_concierge,
    concierge_response_rate,
    concierge_time_saved_hours
from {{ ref('concierge_metrics') }}
where
    level = 'brand'
    and concierge_conversations + concierge_outbound_messages + sends_excluding_concierge + concierge_conversions > 0
