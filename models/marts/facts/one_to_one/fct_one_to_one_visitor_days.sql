{#- One row per visitor and local date on which the visitor saw the widget or clicked on it. -#}
with visitor_days as (

    -- a local date is spread over several dates in UTC
    select
        account_id,
        date_day,
        visitor_id,
        bool_or(has_impression) as had_impression,
        bool_or(has_click) as had_click
    from {{ ref('int_one_to_one__visitor_days') }}
    group by account_id, date_day, visitor_id

)

select
    account_id,
    date_day,
    visitor_id,
    {{ member_key('account_id', 'visitor_id') }} as visitor_key,
    had_impression,
    had_click
from visitor_days
