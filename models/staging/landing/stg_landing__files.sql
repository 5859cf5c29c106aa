{#- One row per (feed, file_name) ever found below the landing root; files removed since keep their row. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        announces={'file': ['feed', 'file_name']},
    )
}}

with files as (

    select * from {{ source('landing', 'files') }}

),

stg_landing__files as (

    select
        files.feed,
        files.file_name,
        files.from_ms,
        files.delivered_ms,
        {{ this_build() }} as found_in_build
    from files
    {% if is_incremental() %}
        where
            not exists (
                select 1 from {{ this }} as known
                where known.feed = files.feed and known.file_name = files.file_name
            )
    {% endif %}

)

select * from stg_landing__files
