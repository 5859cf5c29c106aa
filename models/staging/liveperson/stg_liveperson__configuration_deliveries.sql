{#- One row per delivered configuration line: an entity of a campaign or user setting. Append only. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('liveperson/configuration') }}",
        post_hook="{{ check_feed('liveperson/configuration') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_liveperson_configuration') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and json_is_object(line)
                then {{ json_parse(json_document('line'), '{' ~ json_fields([
                    'entity', 'accountId', 'id', 'name', 'lobId', 'goalId', 'type', 'campaignId', 'locationId',
                    'source', 'groupId', 'userType',
                ]) ~ '}') }}
        end as document
    from lines

),

fields as (

    select
        {{ all_columns_but(['document']) }},
        json_name(document."accountId") as account_id,
        json_name(document.entity) as entity,
        json_name(document.id) as entity_id,
        json_name(document.name) as delivered_name,
        unless_deleted(delivered_name) as entity_name,
        json_name(document."lobId") as lob_id,
        json_name(document."goalId") as goal_id,
        json_name(document."type") as goal_type,
        json_name(document."campaignId") as campaign_id,
        json_name(document."locationId") as location_id,
        json_name(document.source) as source,
        json_name(document."groupId") as group_id,
        json_name(document."userType") as user_type,
        {{ unusable_values([
            "[unknown_value('userType', case when entity = 'agent' then json_enum(document.\"userType\") end, ['1', '2']), "
                ~ "deleted_value('name', delivered_name)]",
        ]) }} as unusable_values
    from documents

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case when account_id is null or entity is null or entity_id is null then 'missing_key' end
        ) as reason
    from fields

),

stg_liveperson__configuration_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then line end as raw_line,
        account_id,
        entity,
        entity_id,
        entity_name,
        lob_id,
        goal_id,
        goal_type,
        campaign_id,
        location_id,
        source,
        group_id,
        user_type,
        unusable_values,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_liveperson__configuration_deliveries
