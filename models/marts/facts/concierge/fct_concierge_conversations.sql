{#- One row per account, local date, program, origin and journey: conversations by text that began. -#}
{{ config(materialized='view') }}

with conversations as (

    select
        account_id,
        date_day,
        program,
        origin,
        coalesce(journey_id, 'none') as journey_id,
        is_escalated
    from {{ ref('int_concierge__conversations') }}

)

select
    account_id,
    date_day,
    program,
    origin,
    journey_id,
    count(*) as conversations,
    count(case when is_escalated then 1 end) as escalated_conversations
from conversations
group by account_id, date_day, program, origin, journey_id
