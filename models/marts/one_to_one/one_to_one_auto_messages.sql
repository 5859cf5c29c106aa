{#- One row per account, local date, automatic message and address on which the message was clicked. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_one_to_one__message_clicks': 'date_day', 'int_accounts': none},
    )
}}

with clicks as (

    select
        account_id,
        date_day,
        auto_message_id,
        url,
        cast(sum(clicks) as bigint) as clicks
    from {{ ref('int_one_to_one__message_clicks') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, auto_message_id, url

)

-- both metrics are the row's clicks: whoever ranks messages sums over addresses
select
    clicks.account_id,
    clicks.date_day,
    clicks.auto_message_id,
    clicks.url,
    accounts.account_name,
    clicks.clicks as auto_message_clicks,
    clicks.clicks as auto_message_url_clicks
from clicks
inner join {{ ref('int_accounts') }} as accounts on clicks.account_id = accounts.account_id
