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

with spans as (

    select * from {{ ref('int_concierge__spans') }}
    where {{ is_touched('account_id', 'started_date') }}

),

origin_dates as (

    select
        account_id,
        cast(sent_date as date) as sent_date
    from {{ ref('int_concierge__origin_dates') }}
    where {{ is_touched('account_id', 'started_date') }}

),

sends as (

    select
        account_id,
        phone,
        event_id,
        occurred_ms,
        case event_kind when 'journey_send' then 'journey' else 'campaign' end as origin,
        case event_kind when 'journey_send' then journey_id else campaign_id end as origin_id
    from {{ ref('stg_attentive__events') }}
    where
        event_kind in ('campaign_send', 'journey_send')
        and (account_id, event_date) in (select origin_dates.account_id, origin_dates.sent_date from origin_dates)
        and (account_id, phone) in (select spans.account_id, spans.phone from spans)

),

ranked_sends as (

    -- at one instant a journey comes before a campaign; a send that names its journey before one that does not
    select
        *,
        row_number() over (
            partition by account_id, phone, occurred_ms
            order by origin desc, coalesce(origin_id, '') desc, event_id desc
        ) as place
    from sends

),

moments as (

    select
        account_id,
        phone,
        occurred_ms as moment_ms,
        occurred_ms as sent_ms,
        cast(null as string) as program
    from sends
    union all
    select
        account_id,
        phone,
        started_ms as moment_ms,
        null as sent_ms,
        program
    from spans

),

looks as (

    -- one look along the phone's time: pairs of its sends and conversations would be a square. A range takes in all
    -- of its instant, so what happens together needs no order
    select
        *,
        max(sent_ms) over (
            partition by account_id, phone order by moment_ms
            range between unbounded preceding and current row
        ) as latest_sent_ms
    from moments

),

origins as (

    select
        looks.account_id,
        looks.phone,
        looks.program,
        looks.moment_ms as started_ms,
        ranked_sends.origin,
        coalesce(ranked_sends.origin_id, 'unknown') as origin_id
    from looks
    inner join ranked_sends
        on
            looks.account_id = ranked_sends.account_id
            and looks.phone = ranked_sends.phone
            and looks.latest_sent_ms = ranked_sends.occurred_ms
            and ranked_sends.place = 1
    where looks.program is not null and looks.latest_sent_ms >= looks.moment_ms - 48 * 3600000

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
        coalesce(origins.origin, 'subscriber') as origin,
        case when origins.origin = 'campaign' then origins.origin_id end as campaign_id,
        case when origins.origin = 'journey' then origins.origin_id end as journey_id
    from spans
    left join origins
        on
            spans.account_id = origins.account_id
            and spans.phone = origins.phone
            and spans.program = origins.program
            and spans.started_ms = origins.started_ms

)

select * from int_concierge__conversations
