{#- One row per text or escalation that a report counts: what it was, and the landed line it is in. -#}
with texts as (

    select * from {{ ref('int_concierge__texts') }}

)

select
    feed,
    file_name,
    line_number,
    account_id,
    date_day,
    {{ utc_timestamp('occurred_ms') }} as occurred_at,
    event_kind as kind,
    program,
    campaign_id,
    journey_id,
    opens_conversation,
    origin,
    is_escalated
from texts
