{#- One row per visitor who ever saw the widget or clicked on it: which of the two. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={'int_one_to_one__visitor_days': 'visitor_id'},
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
