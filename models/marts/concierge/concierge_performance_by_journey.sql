{#- One row per account, local date and journey with a send, a conversation it led to, or an order one of them won. -#}
select
    account_id,
    date_day,
    member_id as journey_id,
    account_name,
    journey_name,
    concierge_attributable_revenue,
    concierge_conversions,
    concierge_cvr,
    concierge_conversations,
    sends_excluding_concierge as journey_sends,
    concierge_response_rate
from {{ ref('concierge_metrics') }}
where level = 'journey'
