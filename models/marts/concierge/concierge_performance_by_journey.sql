{#- One row per account, local date and journey with a send, a conversation it led to, or an order one of them won. -#}
{{ config(materialized='view') }}

with concierge_performance_by_journey as (

    select * from {{ ref('int_concierge__journey_days') }}

)

select
    account_id,
    date_day,
    journey_id,
    cast(revenue as double) as concierge_attributable_revenue,
    orders as concierge_conversions,
    {{ ratio('orders', 'conversations') }} as concierge_cvr,
    conversations as concierge_conversations,
    journey_sends,
    {{ ratio('conversations', 'journey_sends') }} as concierge_response_rate
from concierge_performance_by_journey
