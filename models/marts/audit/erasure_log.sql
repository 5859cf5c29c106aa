{#- One row per request to forget a person (request_id): what it was, how much it touched, and how far it is. -#}
with erasure_log as (

    select * from {{ ref('int_landing__erasures') }}

)

select
    request_id,
    requested_at,
    kind,
    account_id,
    mode,
    state,
    records,
    files,
    table_rows,
    completed_at,
    verified_at
from erasure_log
