{#- One row per account and local date with a conversation by text, a text that was sent, or an order won. -#}
{{ config(materialized='view') }}

with concierge_performance as (

    select
        account_id,
        date_day,
        cast(sum(revenue) as double) as revenue,
        {{ summed(['agent_messages', 'conversations', 'escalated_conversations', 'other_sends']) }}
    from {{ ref('int_concierge__days') }}
    where agent_messages + conversations + other_sends + orders > 0
    group by account_id, date_day

)

select
    account_id,
    date_day,
    revenue as concierge_attributable_revenue,
    agent_messages as concierge_outbound_messages,
    conversations as concierge_conversations,
    escalated_conversations,
    {{ ratio('escalated_conversations', 'conversations') }} as concierge_conversations_resolved_pct,
    1 - {{ ratio('escalated_conversations', 'conversations') }} as not_escalated_pct,
    other_sends as sends_excluding_concierge,
    {{ ratio('conversations', 'other_sends') }} as concierge_response_rate,
    {{ time_saved_hours('agent_messages') }} as concierge_time_saved_hours
from concierge_performance
