{#- One row per path below the landing root of which something is not read. -#}
with unread_files as (

    select * from {{ ref('int_landing__unread_files') }}

)

select
    path,
    reason,
    bytes
from unread_files
