{#- One row per feed and landed file: lines delivered = accepted + superseded + quarantined. -#}
with files as (

    select * from {{ ref('int_landing__files') }}

)

select
    feed,
    file_name,
    lines_delivered,
    lines_accepted,
    lines_superseded,
    lines_quarantined,
    {{ utc_timestamp('delivered_ms') }} as delivered_at
from files
