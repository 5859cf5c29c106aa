{#- One row per order that a conversation by text won: its value, and the landed line it is in. -#}
with orders as (

    select * from {{ ref('int_concierge__order_lines') }}

)

select
    feed,
    file_name,
    line_number,
    account_id,
    date_day,
    {{ utc_timestamp('ordered_ms') }} as ordered_at,
    cast(order_value as double) as revenue,
    program,
    journey_id
from orders
