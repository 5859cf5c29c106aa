{#- One row per order that a conversation by text won, with the landed line of its current version. -#}
with int_concierge__order_lines as (

    select
        won.account_id,
        won.order_key,
        won.date_day,
        won.ordered_ms,
        won.order_value,
        won.program,
        won.journey_id,
        'attentive/orders' as feed,
        orders.file_name,
        orders.line_number
    from {{ ref('int_concierge__orders') }} as won
    inner join {{ ref('stg_attentive__orders') }} as orders on won.order_key = orders.order_key

)

select * from int_concierge__order_lines
