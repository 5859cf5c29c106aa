{#- One row per configured entity that has a name. -#}
{{ config(materialized='view') }}

with int_configuration__names as (

    select
        account_id,
        entity,
        entity_id,
        entity_name
    from {{ ref('stg_liveperson__configuration') }}
    where entity_name is not null

)

select * from int_configuration__names
