{#- One row per configured entity (account_id, entity, entity_id): the current version of the delivered line. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'configuration_key'],
    )
}}

with newly_current as (

    {{ newly_current_records(
        ref('stg_liveperson__configuration_deliveries'), ['account_id', 'entity', 'entity_id']
    ) }}

),

stg_liveperson__configuration as (

    select
        account_id,
        entity,
        entity_id,
        -- the length keeps apart what a slash in a name would run together
        length(entity) || '/' || entity || '/' || entity_id as configuration_key,
        entity_name,
        lob_id,
        goal_id,
        goal_type,
        campaign_id,
        location_id,
        coalesce(source = 'MOBILE_APP', false) as is_mobile_app,
        group_id,
        user_type,
        delivered_ms,
        file_name,
        line_number,
        record_place
    from newly_current

)

select * from stg_liveperson__configuration
