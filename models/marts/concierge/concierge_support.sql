{#- One row per account and local date with a conversation by text or a message sent by an agent. -#}
{{ config(materialized='view') }}

with concierge_support as (

    select
        account_id,
        date_day,
        {{ summed(['agent_messages', 'conversations', 'escalated_conversations']) }}
    from {{ ref('int_concierge__days') }}
    where agent_messages + conversations > 0
    group by account_id, date_day

)

select
    account_id,
    date_day,
    agent_messages as concierge_outbound_messages,
    conversations as concierge_conversations,
    escalated_conversations,
    {{ ratio('escalated_conversations', 'conversations') }} as concierge_conversations_resolved_pct,
    1 - {{ ratio('escalated_conversations', 'conversations') }} as not_escalated_pct,
    {{ time_saved_hours('agent_messages') }} as concierge_time_saved_hours
from concierge_support
