{#- One row per order inside the window of a conversation of its visitor, with the one that earned it: the latest. -#}
with int_one_to_one__orders as (

    select
        timeline.account_id,
        timeline.order_id,
        timeline.visitor_id,
        timeline.moment_ms as ordered_ms,
        timeline.date_day,
        timeline.net_value,
        timeline.is_after_video,
        timeline.earning_request_id as request_id,
        requests.agent_id
    from {{ ref('int_one_to_one__timeline') }} as timeline
    inner join {{ ref('int_one_to_one__requests') }} as requests
        on timeline.account_id = requests.account_id and timeline.earning_request_id = requests.request_id
    where timeline.is_order

)

select * from int_one_to_one__orders
