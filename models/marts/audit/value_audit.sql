{#- One row per feed, field, problem and value that is there and could not be used, where and how often. -#}
with by_file as (

    select
        *,
        row_number() over (partition by feed, field, problem, value order by file_name) as file_place
    from {{ ref('int_landing__unusable_values') }}
    -- what the vendor deleted is no fault of a value: personal_data counts it
    where problem <> 'deleted_by_vendor'

),

value_audit as (

    select
        feed,
        field,
        problem,
        value,
        cast(sum(occurrences) as bigint) as occurrences,
        max(case when file_place = 1 then file_name end) as file_name,
        max(case when file_place = 1 then first_line_number end) as line_number
    from by_file
    group by feed, field, problem, value

)

select
    feed,
    field,
    problem,
    value,
    occurrences,
    file_name,
    line_number
from value_audit
