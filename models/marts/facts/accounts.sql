{#- One row per account that is configured or delivered data, with what names it and its figures' money. -#}
{{ config(materialized='view') }}

with accounts as (

    select * from {{ ref('int_accounts') }}

)

select
    account_id,
    account_name,
    time_zone,
    currency,
    provider_account_id
from accounts
