{#- One row per account, local date and page from which a request was opened by text or video. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_one_to_one__requests': 'date_day'},
    )
}}

with requests as (

    select * from {{ ref('int_one_to_one__requests') }}
    where
        medium in ('text', 'video')
        and page_url is not null
        and {{ is_touched('account_id', 'date_day') }}

)

select
    account_id,
    date_day,
    page_url,
    count(*) as requests_by_url
from requests
group by account_id, date_day, page_url
