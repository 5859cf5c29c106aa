{#- One row per account, local date and page from which a request was opened by text or video. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_one_to_one__requests': 'date_day', 'int_accounts': none},
    )
}}

with requests as (

    select * from {{ ref('fct_one_to_one_requests') }}
    where
        medium in ('text', 'video')
        and page_url is not null
        and {{ is_touched('account_id', 'date_day') }}

)

select
    requests.account_id,
    requests.date_day,
    requests.page_url,
    accounts.account_name,
    count(*) as requests_by_url
from requests
inner join {{ ref('int_accounts') }} as accounts on requests.account_id = accounts.account_id
group by requests.account_id, requests.date_day, requests.page_url, accounts.account_name
