{#- One row per landed field or column that holds personal data: what kind, where, why and how long. -#}
with fields as (

    -- read from dbt's own graph, so never behind it
    {{ personal_fields() }}

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
    kinds.kept
from fields
left join kinds on fields.kind = kinds.kind
