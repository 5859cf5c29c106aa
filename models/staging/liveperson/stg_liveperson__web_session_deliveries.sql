{#-
    One row per delivered web session line: the record's key and times, its eligibility, impression and goal
    items still as JSON, and the reason code where the line cannot be used. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        announces={'file': ["'liveperson/web_sessions'", 'file_name']},
        pre_hook="{{ open_feed('liveperson/web_sessions') }}",
    )
}}
-- depends_on: {{ ref('stg_landing__files') }}

with lines as (

    select
        *,
        is_utf8 and {{ json_is_valid('line') }} as is_json
    from {{ source('landing', 'lines_liveperson_web_sessions') }}

),

documents as (

    select
        file_name,
        delivered_ms,
        line_number,
        line,
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and {{ json_is_object('line') }}
                then {{ json_parse('line', '{"metaData":"JSON","recordCollection":"JSON"}') }}
        end as document
    from lines

),

unwrapped as (

    select
        * exclude (document),
        {{ json_parse(avro('document.metaData'), '{"accountId":"JSON","startTime":"JSON"}') }} as meta_data,
        {{ avro('document.recordCollection') }} as record_collection
    from documents

),

records as (

    select
        * exclude (record_collection),
        {{ json_is_list('record_collection') }} or record_collection is null as is_shaped,
        {{ array_map(avro_items('record_collection'), 'item', web_session_body('item')) }} as bodies
    from unwrapped

),

parts as (

    select
        * exclude (bodies),
        {{ array_map('bodies', 'body', json_parse(avro('body.header'), '{"visitId":"JSON","visitorId":"JSON"}')) }} as headers,
        {{ array_map('bodies', 'body', json_parse(
            avro('body.session_info'),
            '{"sessionStartTime":"JSON","deviceFamily":"JSON","siteControlGroup":"JSON"}'
        )) }} as infos,
        {{ array_flatten(array_map('bodies', 'body', avro_items('body.eligibility_data'))) }} as eligibility_items,
        {{ array_flatten(array_map('bodies', 'body', avro_items('body.impressions'))) }} as impression_items,
        {{ array_flatten(array_map('bodies', 'body', avro_items('body.achieved_goals'))) }} as goal_items
    from records

),

fields as (

    select
        * exclude (meta_data, headers, infos),
        {{ avro_name('meta_data.accountId') }} as account_id,
        {{ first_named('headers', 'visitId') }} as visit_id,
        {{ first_named('headers', 'visitorId') }} as visitor_id,
        {{ epoch_ms_or_null('coalesce(' ~ first_named('infos', 'sessionStartTime') ~ ', ' ~ avro_name('meta_data.startTime') ~ ')') }}
            as started_ms,
        {{ first_named('infos', 'deviceFamily') }} as device_family,
        {{ first_named('infos', 'siteControlGroup') }} as site_control_group
    from parts

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case
                when not is_shaped then 'wrong_shape'
                when account_id is null or visit_id is null then 'missing_key'
                when not coalesce({{ is_usable_event_time('started_ms') }}, false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_liveperson__web_session_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then line end as raw_line,
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        device_family,
        site_control_group,
        eligibility_items,
        impression_items,
        goal_items,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_liveperson__web_session_deliveries
