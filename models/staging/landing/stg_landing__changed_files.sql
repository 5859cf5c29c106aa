{#- One row per landed file whose size or time of change is another one than when it was read. -#}
{{ config(materialized='table') }}
-- the models that read the feeds write the ledger, so they come first
{% for feed, deliveries, current in landed_feeds() -%}
-- depends_on: {{ ref(deliveries) }}
{% endfor %}
-- what lies there is asked anew by every build: {{ source('landing', 'unread_files') }}

with stg_landing__changed_files as (

    select
        files.feed,
        files.file_name,
        files.bytes
    from {{ source('landing', 'files') }} as files
    inner join {{ source('parley_state', 'landed_files') }} as landed_files
        on files.feed = landed_files.feed and files.file_name = landed_files.file_name
    where files.bytes <> landed_files.bytes or files.modified_ns <> landed_files.modified_ns

)

select * from stg_landing__changed_files
