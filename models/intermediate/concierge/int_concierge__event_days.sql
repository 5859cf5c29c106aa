{#-
    One row per account, UTC date and local date, kind of event that is counted by itself, program and journey: how
    many messages agents sent, how many other texts, how many escalations. Counted whether or not a phone is known.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'event_date'],
        unit_type='date',
        touched_by={'stg_attentive__events': 'event_date', 'int_accounts': none},
        announces_differences=true,
    )
}}

with events as (

    select
        account_id,
        event_date,
        event_kind,
        program,
        case when event_kind = 'journey_send' then coalesce(journey_id, 'unknown') end as journey_id,
        occurred_ms
    from {{ ref('stg_attentive__events') }}
    where
        event_kind in ('agent_message', 'campaign_send', 'journey_send', 'other_send', 'escalation')
        and {{ is_touched('account_id', 'event_date') }}

),

int_concierge__event_days as (

    select
        events.account_id,
        events.event_date,
        {{ local_date('events.occurred_ms', 'accounts.time_zone') }} as date_day,
        events.event_kind,
        events.program,
        events.journey_id,
        count(*) as events
    from events
    inner join {{ ref('int_accounts') }} as accounts on events.account_id = accounts.account_id
    group by
        events.account_id,
        events.event_date,
        date_day,
        events.event_kind,
        events.program,
        events.journey_id

)

select * from int_concierge__event_days
