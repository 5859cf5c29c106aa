{#- One row per account, local date of the order, program and journey of the conversation that won it. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_concierge__orders': 'date_day'},
    )
}}

with orders as (

    select
        account_id,
        date_day,
        program,
        coalesce(journey_id, 'none') as journey_id,
        order_value
    from {{ ref('int_concierge__orders') }}
    where {{ is_touched('account_id', 'date_day') }}

)

select
    account_id,
    date_day,
    program,
    journey_id,
    {{ member_key('account_id', 'journey_id') }} as journey_key,
    count(*) as orders,
    {{ exact_sum('order_value') }} as revenue
from orders
group by account_id, date_day, program, journey_id
