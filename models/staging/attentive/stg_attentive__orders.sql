{#- One row per order (order_key): the current version of the delivered line. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['order_key'],
    )
}}

with newly_current as (

    {{ newly_current_records(ref('stg_attentive__order_deliveries'), ['order_key']) }}

),

stg_attentive__orders as (

    select
        order_key,
        account_id,
        order_id,
        ordered_ms,
        phone,
        order_value,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from newly_current

)

select * from stg_attentive__orders
