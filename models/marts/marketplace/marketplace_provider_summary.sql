{#- One row per marketplace provider and date (each subscriber's own): the whole network of its subscribers. -#}
with days as (

    select * from {{ ref('marketplace_subscriber_days') }}

)

select
    provider_account_id,
    date_day,
    -- a subscriber has one row per date, so that on one date rows are distinct subscribers
    cast(sum(case when is_active then 1 else 0 end) as bigint) as active_subscribers,
    cast(sum(opened) as bigint) as marketplace_opened_conversations,
    cast(sum(contained_by_bot) as bigint) as conversations_contained_by_bot,
    cast(sum(with_human_response) as bigint) as conversations_with_human_response,
    cast(sum(closed_by_agent) as bigint) as marketplace_closed_by_agent,
    cast(sum(closed_by_consumer) as bigint) as marketplace_closed_by_consumer,
    cast(sum(closed_by_system) as bigint) as marketplace_closed_by_system
from days
group by provider_account_id, date_day
