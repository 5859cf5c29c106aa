{#- One row per record that a mart names by its id: the landed file and line with its current version. -#}
with record_lines as (

    select * from {{ ref('int_landing__record_lines') }}

)

select
    record_kind,
    account_id,
    record_id,
    feed,
    file_name,
    line_number
from record_lines
