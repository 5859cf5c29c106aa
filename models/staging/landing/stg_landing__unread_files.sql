{#- One row per path below the landing root that is not read: no part of a feed, or unreadable in this build. -#}
{{ config(materialized='table') }}
-- what cannot be read is known when the models that read the feeds have tried
{% for feed, deliveries, current in landed_feeds() -%}
-- depends_on: {{ ref(deliveries) }}
{% endfor %}

with stg_landing__unread_files as (

    select
        path,
        min(reason) as reason,
        sum(bytes) as bytes
    from {{ source('landing', 'unread_files') }}
    -- two names can look alike when bytes that are no UTF-8 are written as escapes
    group by path

)

select * from stg_landing__unread_files
