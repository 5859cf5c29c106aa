{#- One row per account that is configured or delivered data, with what names it and its figures' money. -#}
with accounts as (

    select * from {{ ref('int_accounts') }}

),

newest as (

    select * from {{ ref('int_accounts__newest') }}

)

select
    accounts.account_id,
    accounts.account_name,
    accounts.time_zone,
    accounts.currency,
    accounts.provider_account_id,
    cast(ceil(accounts.cross_session_window_days) as integer) as cross_session_window_days,
    newest.first_open_date,
    accounts.transcript_retention_days
from accounts
left join newest on accounts.account_id = newest.account_id
