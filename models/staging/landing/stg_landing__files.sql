{#- One row per (feed, file_name) that was ever read; files removed since keep their row. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['feed', 'file_name'],
    )
}}
-- the models that read the feeds write the ledger, so they come first
{% for feed, deliveries, current in landed_feeds() -%}
-- depends_on: {{ ref(deliveries) }}
{% endfor %}

with landed_files as (

    select * from {{ source('parley_state', 'landed_files') }}

),

stg_landing__files as (

    select
        feed,
        file_name,
        delivered_ms
    from landed_files
    where build_id > {{ last_build() }}

)

select * from stg_landing__files
