{#- One row per request for a conversation by video or text: who asked whom for what, and what came of it. -#}
with requests as (

    select * from {{ ref('int_one_to_one__requests') }}

),

purchases as (

    select
        account_id,
        request_id,
        date_day,
        has_order
    from {{ ref('int_one_to_one__timeline') }}
    where not is_order

)

select
    requests.account_id,
    requests.request_id,
    {{ utc_timestamp('requests.opened_ms') }} as opened_at,
    requests.date_day,
    requests.hour_of_day,
    requests.side,
    requests.medium,
    requests.page_url,
    requests.agent_id,
    requests.visitor_id,
    {{ member_key('requests.account_id', 'requests.visitor_id') }} as visitor_key,
    requests.is_conversation,
    requests.is_text,
    requests.is_video,
    coalesce(purchases.has_order, false) as had_order,
    requests.duration_ms,
    {{ member_key('requests.account_id', 'requests.agent_id') }} as agent_key
from requests
left join purchases
    on
        requests.account_id = purchases.account_id
        -- both have the date, which spares reading all others
        and requests.date_day = purchases.date_day
        and requests.request_id = purchases.request_id
