{#- One row per visit (account_id, visit_id): the current version of the delivered web session. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'visit_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(ref('stg_liveperson__web_session_deliveries'), ['account_id', 'visit_id']) }}

),

stg_liveperson__web_sessions as (

    select
        account_id,
        visit_id,
        -- a visit that names no visitor is its own visitor
        coalesce(visitor_id, visit_id) as visitor_id,
        started_ms,
        case
            when device_family in ('DESKTOP', 'TABLET', 'MOBILE') then device_family
            else 'unknown'
        end as device_family,
        case when site_control_group in ('CONTROL', 'TEST') then site_control_group end as site_control_group,
        delivered_ms,
        delivered_in_build,
        file_name,
        line_number,
        record_place,
        {{ this_build() }} as current_since_build
    from newly_current

)

select * from stg_liveperson__web_sessions
