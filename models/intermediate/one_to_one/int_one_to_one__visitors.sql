{#- One row per visitor who ever saw the widget or clicked on it: which of the two. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        unit=['account_id', 'visitor_id'],
        touched_by=['shopping_seen_visitor'],
    )
}}

with int_one_to_one__visitors as (

    select
        account_id,
        visitor_id,
        bool_or(has_impression) as has_impression,
        bool_or(has_click) as has_click
    from {{ ref('int_one_to_one__visitor_days') }}
    where {{ is_touched('account_id', 'visitor_id') }}
    group by account_id, visitor_id

)

select * from int_one_to_one__visitors
