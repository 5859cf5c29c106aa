{#- One row per account, local date, program, origin and journey: conversations by text that began. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_concierge__conversations': 'date_day'},
    )
}}

with conversations as (

    select
        account_id,
        date_day,
        program,
        origin,
        coalesce(journey_id, 'none') as journey_id,
        is_escalated
    from {{ ref('int_concierge__conversations') }}
    where {{ is_touched('account_id', 'date_day') }}

)

select
    account_id,
    date_day,
    program,
    origin,
    journey_id,
    {{ member_key('account_id', 'journey_id') }} as journey_key,
    count(*) as conversations,
    count(case when is_escalated then 1 end) as escalated_conversations
from conversations
group by account_id, date_day, program, origin, journey_id
