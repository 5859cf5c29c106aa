{#- One row per path below the landing root of which something is not read, with the reason. -#}
with int_landing__unread_files as (

    select
        path,
        reason,
        cast(bytes as bigint) as bytes
    from {{ ref('stg_landing__unread_files') }}
    union all
    select
        feed || '/' || file_name as path,
        'changed_after_read' as reason,
        bytes
    from {{ ref('stg_landing__changed_files') }}

)

select * from int_landing__unread_files
