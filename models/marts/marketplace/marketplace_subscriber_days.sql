{#-
    One row per provider, subscriber and local date of the subscriber on which a conversation of it was opened, closed
    or answered by an agent or bot. A range's active subscribers are the distinct subscribers of its active rows.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_conversations__days': 'date_day'},
    )
}}

with days as (

    select
        days.*,
        subscribers.provider_account_id,
        escalations.is_contained,
        escalations.has_human_response,
        escalations.responded_date,
        escalations.wait_ms
    from {{ ref('int_conversations__days') }} as days
    inner join {{ ref('int_marketplace__subscribers') }} as subscribers on days.account_id = subscribers.account_id
    inner join {{ ref('int_marketplace__escalations') }} as escalations
        on days.account_id = escalations.account_id and days.conversation_id = escalations.conversation_id
    where {{ is_touched('days.account_id', 'days.date_day') }}

),

marketplace_subscriber_days as (

    select
        provider_account_id,
        account_id,
        date_day,
        sum(handled) > 0 as is_active,
        count(case when is_opened then 1 end) as opened,
        count(case when is_closed then 1 end) as closed,
        count(case when is_closed and closed_by = 'agent' then 1 end) as closed_by_agent,
        count(case when is_closed and closed_by = 'consumer' then 1 end) as closed_by_consumer,
        count(case when is_closed and closed_by = 'system' then 1 end) as closed_by_system,
        count(case when is_closed and is_contained then 1 end) as contained_by_bot,
        count(case when is_opened and has_human_response then 1 end) as with_human_response,
        count(case when date_day = responded_date then 1 end) as first_human_responses,
        cast(sum(case when date_day = responded_date then wait_ms else 0 end) as double) / 1000
            as first_human_response_wait_seconds
    from days
    group by provider_account_id, account_id, date_day
    -- transfers and replies alone are no figure of the network
    having sum(handled) > 0 or bool_or(is_opened) or bool_or(is_closed)

)

select
    provider_account_id,
    account_id,
    date_day,
    is_active,
    opened,
    closed,
    closed_by_agent,
    closed_by_consumer,
    closed_by_system,
    contained_by_bot,
    with_human_response,
    first_human_responses,
    first_human_response_wait_seconds
from marketplace_subscriber_days
