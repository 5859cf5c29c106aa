{#- One row per configured entity that has a name, but for ids that stand for members without one. -#}
with int_configuration__names as (

    select
        account_id,
        entity,
        entity_id,
        entity_name
    from {{ ref('stg_liveperson__configuration') }}
    where
        entity_name is not null
        -- what stands for members that nobody names takes no name, whatever is configured under such an id
        and entity_id not in ('unknown', 'none')

)

select * from int_configuration__names
