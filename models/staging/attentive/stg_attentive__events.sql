{#-
    One row per event (event_id): the current version of the delivered line, of whatever kind. Versions of an event
    say the same; the current one names the line it is traced to.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['event_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(ref('stg_attentive__event_deliveries'), ['event_id']) }}

),

named as (

    select
        *,
        case
            when event_type = 'sms.inbound_message' and message_type = 'TYPE_CONVERSATION' then 'subscriber_message'
            when event_type = 'sms.sent' and message_type = 'CONCIERGE' then 'agent_message'
            when event_type = 'sms.sent' and message_type = 'CAMPAIGN' then 'campaign_send'
            when event_type = 'sms.sent' and message_type = 'JOURNEY' then 'journey_send'
            when event_type = 'sms.sent' then 'other_send'
            when event_type = 'concierge.escalated' then 'escalation'
            else 'other'
        end as event_kind
    from newly_current

),

stg_attentive__events as (

    select
        event_id,
        account_id,
        event_type,
        event_kind,
        occurred_ms,
        cast({{ utc_timestamp('occurred_ms') }} as date) as event_date,
        phone,
        case when event_kind in ('subscriber_message', 'agent_message', 'escalation') then phone end as thread_phone,
        case
            when program is null then 'CONCIERGE'
            when program in ('CONCIERGE', 'LIVE_SMS') then program
            else 'unknown'
        end as program,
        message_id,
        campaign_id,
        journey_id,
        journey_name,
        agent_id,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from named

)

select * from stg_attentive__events
