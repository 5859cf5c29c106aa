{#- One row per account, local date, program and journey: messages sent, and conversations handed to a person. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_concierge__event_days': 'date_day'},
    )
}}

with events as (

    select
        account_id,
        date_day,
        program,
        coalesce(journey_id, 'none') as journey_id,
        case when event_kind = 'agent_message' then events else 0 end as agent_messages,
        case when event_kind = 'escalation' then events else 0 end as escalations,
        case when event_kind not in ('agent_message', 'escalation') then events else 0 end as other_sends
    from {{ ref('int_concierge__event_days') }}
    where {{ is_touched('account_id', 'date_day') }}

)

select
    account_id,
    date_day,
    program,
    journey_id,
    {{ member_key('account_id', 'journey_id') }} as journey_key,
    {{ summed(['agent_messages', 'escalations', 'other_sends']) }}
from events
group by account_id, date_day, program, journey_id
