{#- One row per account and local date with a conversation by text or a text that was sent. -#}
{{ config(materialized='view') }}

with concierge_conversation as (

    select
        account_id,
        date_day,
        {{ summed([
            'agent_messages', 'conversations', 'campaign_conversations', 'journey_conversations',
            'subscriber_conversations', 'other_sends',
        ]) }}
    from {{ ref('int_concierge__days') }}
    where agent_messages + conversations + other_sends > 0
    group by account_id, date_day

)

select
    account_id,
    date_day,
    agent_messages as concierge_outbound_messages,
    conversations as concierge_conversations,
    campaign_conversations as concierge_conversations_campaigns,
    journey_conversations as concierge_conversations_journeys,
    subscriber_conversations as concierge_conversations_subscriber_initiated,
    other_sends as sends_excluding_concierge,
    {{ ratio('conversations', 'other_sends') }} as concierge_response_rate
from concierge_conversation
