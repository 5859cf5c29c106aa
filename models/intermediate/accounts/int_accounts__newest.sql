{#- One row per account with a visit or conversation: start and local date of the newest one. -#}
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

int_accounts__newest as (

    select
        starts.account_id,
        {{ local_date('max(starts.started_ms)', 'max(accounts.time_zone)') }} as newest_date,
        max(starts.started_ms) as newest_started_ms
    from starts
    inner join {{ ref('int_accounts') }} as accounts on starts.account_id = accounts.account_id
    group by starts.account_id

)

select * from int_accounts__newest
