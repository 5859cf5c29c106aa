{#-
    One row per account with a visit or conversation: when the newest one started, and from which date on conversions
    to come can still be credited. What came before that date is final.
-#}
{{ config(materialized='table') }}

with starts as (

    select account_id, max(started_ms) as started_ms
    from {{ ref('int_visits') }}
    group by account_id
    union all
    select account_id, max(started_ms) as started_ms
    from {{ ref('int_conversations') }}
    group by account_id

),

newest as (

    select account_id, max(started_ms) as newest_started_ms
    from starts
    group by account_id

),

int_accounts__newest as (

    select
        newest.account_id,
        newest.newest_started_ms,
        -- a fraction of a day keeps the whole day open
        {{ local_date('newest.newest_started_ms', 'accounts.time_zone') }}
        - cast(ceil(accounts.cross_session_window_days) as integer) as first_open_date
    from newest
    inner join {{ ref('int_accounts') }} as accounts on newest.account_id = accounts.account_id

)

select * from int_accounts__newest
