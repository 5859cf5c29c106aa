{#- One row per account, local date and hour of the wall clock in which a request was opened by text or video. -#}
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
    where medium in ('text', 'video') and {{ is_touched('account_id', 'date_day') }}

)

select
    account_id,
    date_day,
    hour_of_day,
    count(case when medium = 'text' then 1 end) as text_requests_by_hour,
    count(case when medium = 'video' then 1 end) as video_requests_by_hour
from requests
group by account_id, date_day, hour_of_day
