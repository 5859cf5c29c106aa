{#- One row per account and local date on which something of program LIVE_SMS is counted. -#}
{{ config(materialized='view') }}

with concierge_livesms as (

    select
        account_id,
        date_day,
        revenue,
        orders,
        conversations,
        agent_messages,
        escalations
    from {{ ref('int_concierge__days') }}
    where
        program = 'LIVE_SMS'
        and agent_messages + conversations + escalations + orders > 0

)

select
    account_id,
    date_day,
    cast(revenue as double) as concierge_attributable_revenue,
    orders as concierge_conversions,
    {{ ratio('orders', 'conversations') }} as concierge_cvr,
    conversations as concierge_conversations,
    agent_messages,
    {{ time_saved_hours('agent_messages') }} as concierge_time_saved_hours,
    -- as published: conversations a day, so on a day their number
    cast(conversations as double) as livesms_avg_replied_per_conversation,
    escalations as livesms_escalations
from concierge_livesms
