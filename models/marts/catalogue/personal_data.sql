{#- One row per landed field or column that holds personal data: what, where, why, how long, how much is deleted. -#}
with fields as (

    -- read from dbt's own graph, so never behind it
    {{ personal_fields() }}

),

deleted as (

    select
        feed,
        field,
        cast(sum(occurrences) as bigint) as occurrences
    from {{ ref('int_landing__unusable_values') }}
    where problem = 'deleted_by_vendor'
    group by feed, field

),

kinds as (

    select * from {{ ref('personal_data_kinds') }}

)

select
    fields.place,
    fields.relation,
    fields.field,
    fields.kind,
    fields.description,
    kinds.becomes,
    kinds.reason,
    kinds.kept,
    case when fields.place = 'landed' then coalesce(deleted.occurrences, 0) end as deleted_by_vendor
from fields
left join kinds on fields.kind = kinds.kind
left join deleted on fields.relation = deleted.feed and fields.field = deleted.field
