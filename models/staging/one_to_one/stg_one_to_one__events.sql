{#-
    One row per event of the widget (account_id, event_id): the current version of the delivered line. A name that the
    vendor's list has not is unknown; whose it is and by what is told by how names are made up, so for it too.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'event_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(ref('stg_one_to_one__event_deliveries'), ['account_id', 'event_id']) }}

),

named as (

    select
        *,
        case
            when event_name like 'fw:live-helper:%' then substring(event_name, length('fw:live-helper:') + 1)
            else event_name
        end as plain_event_name
    from newly_current

),

stg_one_to_one__events as (

    select
        account_id,
        event_id,
        case
            when
                plain_event_name in (
                    {%- for name in one_to_one_event_names() %}
                    '{{ name }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                )
                then plain_event_name
            else 'unknown'
        end as event_name,
        occurred_ms,
        -- in no account's zone: only a handle for what is counted by date further on
        cast({{ utc_timestamp('occurred_ms') }} as date) as occurred_date,
        visitor_id,
        page_url,
        request_id,
        coalesce(plain_event_name = 'message' and sender = 'auto', false) as is_automatic,
        case
            when plain_event_name like 'agent-%' then 'agent'
            when plain_event_name like 'visitor-%' then 'visitor'
            when plain_event_name in ('click-call-agent', 'click-chat-with-agent') then 'visitor'
            when plain_event_name = 'message' and sender in ('visitor', 'agent') then sender
            else 'unknown'
        end as side,
        case
            when plain_event_name like '%call%' then 'video'
            when plain_event_name like '%chat%' or plain_event_name = 'message' then 'text'
            else 'unknown'
        end as medium,
        agent_id,
        agent_name,
        auto_message_id,
        auto_message_name,
        auto_message_url,
        rating,
        feedback,
        case when status in ('submitted', 'closed') then status else 'unknown' end as status,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from named

)

select * from stg_one_to_one__events
