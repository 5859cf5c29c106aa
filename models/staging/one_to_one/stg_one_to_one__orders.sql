{#-
    One row per order (account_id, order_id). The tag fires again at every reload of the thank-you page, so the
    earliest time it says counts, and the version rule only decides between lines that say the same time.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'order_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(
        ref('stg_one_to_one__order_deliveries'), ['account_id', 'order_id'], earliest='occurred_ms'
    ) }}

),

stg_one_to_one__orders as (

    select
        account_id,
        order_id,
        occurred_ms,
        visitor_id,
        currency,
        subtotal,
        total_discounts,
        order_value,
        -- without shipping and tax, after discounts; what is not there is no amount
        coalesce(subtotal, 0) - coalesce(total_discounts, 0) as net_value,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from newly_current

)

select * from stg_one_to_one__orders
