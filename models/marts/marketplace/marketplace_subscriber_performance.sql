{#- One row per provider, subscriber and date on which a conversation was closed or a person first answered. -#}
with days as (

    select * from {{ ref('marketplace_subscriber_days') }}
    where closed > 0 or first_human_responses > 0

)

select
    days.provider_account_id,
    days.account_id,
    days.date_day,
    subscribers.account_name,
    days.closed as subscriber_closed_conversations,
    days.first_human_response_wait_seconds / nullif(days.first_human_responses, 0)
        as avg_wait_for_first_human_response,
    days.first_human_responses,
    days.first_human_response_wait_seconds
from days
inner join {{ ref('int_marketplace__subscribers') }} as subscribers on days.account_id = subscribers.account_id
