{#- One row per landed line with a record that could not be used. -#}
with lines as (

    select * from {{ ref('int_landing__quarantined_lines') }}

)

select
    feed,
    file_name,
    line_number,
    reason,
    raw_line
from lines
