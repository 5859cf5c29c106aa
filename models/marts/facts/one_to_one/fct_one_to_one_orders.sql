{#- One row per order inside the window of a conversation of its visitor, with the conversation's agent. -#}
with orders as (

    select * from {{ ref('int_one_to_one__orders') }}

)

select
    account_id,
    order_id,
    {{ utc_timestamp('ordered_ms') }} as ordered_at,
    date_day,
    request_id,
    agent_id,
    cast(net_value as double) as net_value,
    is_after_video as had_video,
    {{ member_key('account_id', 'agent_id') }} as agent_key
from orders
