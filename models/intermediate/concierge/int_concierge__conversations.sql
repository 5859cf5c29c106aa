{#-
    One row per conversation by text, with its origin: the latest campaign or journey send to that phone in the 48
    hours before its start, whatever the program; without one the subscriber began it. The 48 hours are fixed: they are
    not the account's idle time.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'started_date'],
        unit_type='date',
        touched_by={
            'int_concierge__spans': 'started_date',
            'stg_attentive__events': {'column': 'event_date', 'via': 'int_concierge__origin_dates', 'match': 'sent_date', 'unit': 'started_date'},
        },
        announces_differences=true,
    )
}}

-- depends_on: {{ ref('int_concierge__origin_dates') }}

with spans as (

    select * from {{ ref('int_concierge__spans') }}
    where {{ is_touched('account_id', 'started_date') }}

),

searched as (

    -- one row a conversation and date its origin may be on, so that a phone's sends are looked at by date, not all
    select
        spans.account_id,
        spans.phone,
        spans.program,
        spans.started_ms,
        cast(dates.sent_date as date) as sent_date
    from spans
    inner join {{ ref('int_concierge__origin_dates') }} as dates
        on spans.account_id = dates.account_id and spans.started_date = dates.started_date

),

sends as (

    select
        account_id,
        phone,
        event_id,
        occurred_ms,
        event_date,
        case event_kind when 'journey_send' then 'journey' else 'campaign' end as origin,
        case event_kind when 'journey_send' then journey_id else campaign_id end as origin_id
    from {{ ref('stg_attentive__events') }}
    where
        event_kind in ('campaign_send', 'journey_send')
        and phone is not null
        and (account_id, event_date) in (
            select searched.account_id, searched.sent_date from searched
        )

),

candidates as (

    select
        searched.account_id,
        searched.phone,
        searched.program,
        searched.started_ms,
        sends.origin,
        coalesce(sends.origin_id, 'unknown') as origin_id,
        row_number() over (
            partition by searched.account_id, searched.phone, searched.program, searched.started_ms
            -- at one instant a journey comes before a campaign; a send that names its journey before one that does not
            order by
                sends.occurred_ms desc,
                sends.origin desc,
                coalesce(sends.origin_id, '') desc,
                sends.event_id desc
        ) as place
    from searched
    inner join sends
        on
            searched.account_id = sends.account_id
            and searched.phone = sends.phone
            and searched.sent_date = sends.event_date
            and sends.occurred_ms between searched.started_ms - 48 * 3600000 and searched.started_ms

),

int_concierge__conversations as (

    select
        spans.account_id,
        spans.phone,
        spans.program,
        spans.started_ms,
        spans.last_message_ms,
        spans.open_until_ms,
        spans.started_date,
        spans.date_day,
        spans.is_escalated,
        coalesce(candidates.origin, 'subscriber') as origin,
        case when candidates.origin = 'campaign' then candidates.origin_id end as campaign_id,
        case when candidates.origin = 'journey' then candidates.origin_id end as journey_id
    from spans
    left join candidates
        on
            spans.account_id = candidates.account_id
            and spans.phone = candidates.phone
            and spans.program = candidates.program
            and spans.started_ms = candidates.started_ms
            and candidates.place = 1

)

select * from int_concierge__conversations
