{#- One row per account, local date and hour of the wall clock in which a request was opened by text or video. -#}
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
    where medium in ('text', 'video') and {{ is_touched('account_id', 'date_day') }}

)

select
    requests.account_id,
    requests.date_day,
    requests.hour_of_day,
    accounts.account_name,
    count(case when requests.medium = 'text' then 1 end) as text_requests_by_hour,
    count(case when requests.medium = 'video' then 1 end) as video_requests_by_hour
from requests
inner join {{ ref('int_accounts') }} as accounts on requests.account_id = accounts.account_id
group by requests.account_id, requests.date_day, requests.hour_of_day, accounts.account_name
