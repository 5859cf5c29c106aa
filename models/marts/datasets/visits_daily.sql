{#- One row per account, local date of the visit's start, device, source type and attribution group of the visit. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_visits': 'date_day'},
    )
}}

with visits_daily as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        attribution_group,
        count(*) as sessions,
        sum(case when is_prospect then 1 else 0 end) as prospects,
        sum(case when is_exposed then 1 else 0 end) as exposed,
        sum(case when is_engaged then 1 else 0 end) as engaged
    from {{ ref('int_visits') }}
    where {{ is_touched('account_id', 'date_day') }}
    group by account_id, date_day, initial_device, source_type, attribution_group

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    attribution_group,
    cast(sessions as bigint) as sessions,
    cast(prospects as bigint) as prospects,
    cast(exposed as bigint) as exposed,
    cast(engaged as bigint) as engaged
from visits_daily
