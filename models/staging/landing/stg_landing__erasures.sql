{#- One row per request to forget a person (request_id), as the ledger of erasures has it. -#}
{{ config(materialized='table') }}

with stg_landing__erasures as (

    select
        request_id,
        cast(requested_at as timestamp) as requested_at,
        kind,
        account_id,
        mode,
        state,
        records,
        files,
        table_rows,
        cast(completed_at as timestamp) as completed_at,
        cast(verified_at as timestamp) as verified_at
    from {{ source('landing', 'erasures') }}

)

select * from stg_landing__erasures
