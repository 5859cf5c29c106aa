{#- One row per request to forget a person (request_id). -#}
with int_landing__erasures as (

    select * from {{ ref('stg_landing__erasures') }}

)

select * from int_landing__erasures
