{#- One row per account and local date with a conversation by text or a text that was sent. -#}
select
    account_id,
    date_day,
    account_name,
    concierge_outbound_messages,
    concierge_conversations,
    concierge_conversations_campaigns,
    concierge_conversations_journeys,
    concierge_conversations_subscriber_initiated,
    sends_excluding_concierge,
    concierge_response_rate
from {{ ref('concierge_metrics') }}
where
    level = 'brand'
    and concierge_conversations + concierge_outbound_messages + sends_excluding_concierge > 0
