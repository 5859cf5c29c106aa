{#- One row per automatic message, address, local date and date in UTC: how often the message was clicked. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'occurred_date'],
        unit_type='date',
        touched_by={
            'stg_one_to_one__events': "case when event_name = 'auto-message-click' then occurred_date end",
            'int_accounts': none,
        },
    )
}}

with events as (

    select
        events.account_id,
        events.occurred_date,
        {{ local_date('events.occurred_ms', 'accounts.time_zone') }} as date_day,
        coalesce(events.auto_message_id, 'unknown') as auto_message_id,
        coalesce({{ url_without_login('events.auto_message_url') }}, 'unknown') as url
    from {{ ref('int_one_to_one__events') }} as events
    inner join {{ ref('int_accounts') }} as accounts on events.account_id = accounts.account_id
    where
        events.action = 'automatic_message_click'
        and {{ is_touched('events.account_id', 'events.occurred_date') }}

),

int_one_to_one__message_clicks as (

    select
        account_id,
        occurred_date,
        date_day,
        auto_message_id,
        url,
        count(*) as clicks
    from events
    group by account_id, occurred_date, date_day, auto_message_id, url

)

select * from int_one_to_one__message_clicks
