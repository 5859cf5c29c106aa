{#-
    One row per visitor, local date and date in UTC on which the visitor saw the widget or clicked on it or its
    notification. The date in UTC is what a new event can be found by before an account's time zone is known.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'occurred_date'],
        unit_type='date',
        touched_by={
            'stg_one_to_one__events': "case when event_name in ('impression', 'click-widget', 'click-notification') then occurred_date end",
            'int_accounts': none,
        },
    )
}}

with events as (

    select
        events.account_id,
        events.occurred_date,
        {{ local_date('events.occurred_ms', 'accounts.time_zone') }} as date_day,
        events.visitor_id,
        events.action
    from {{ ref('int_one_to_one__events') }} as events
    inner join {{ ref('int_accounts') }} as accounts on events.account_id = accounts.account_id
    where
        events.action in ('display', 'click')
        and events.visitor_id is not null
        and {{ is_touched('events.account_id', 'events.occurred_date') }}

),

int_one_to_one__visitor_days as (

    select
        account_id,
        occurred_date,
        date_day,
        cast(date_trunc('week', date_day) as date) as week_start,
        cast(date_trunc('month', date_day) as date) as month_start,
        visitor_id,
        bool_or(action = 'display') as has_impression,
        bool_or(action = 'click') as has_click
    from events
    group by account_id, occurred_date, date_day, visitor_id

)

select * from int_one_to_one__visitor_days
