{#-
    One row per delivered agent status change, and one for a line that holds none. The account is the folder
    account_id=<id> in the file's path. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        announces={'file': ["'liveperson/agent_status_changes'", 'file_name']},
        pre_hook="{{ open_feed('liveperson/agent_status_changes') }}",
        post_hook="{{ check_feed('liveperson/agent_status_changes') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and {{ json_is_valid('line') }} as is_json
    from {{ source('landing', 'lines_liveperson_agent_status_changes') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case when is_json and {{ json_is_object('line') }} then line end as document_text
    from lines

),

pages as (

    select
        *,
        coalesce({{ json_has_key('document_text', 'stateChanges') }}, false) as is_page,
        {{ json_parse('document_text', '{"stateChanges":"JSON"}') }}."stateChanges" as container
    from documents

),

page_records as (

    select
        *,
        {{ page_reason() }} as page_reason,
        {{ page_items() }} as record_items
    from pages

),

records as (

    select
        {{ all_columns_but(['record_items'], 'page_records') }},
        record_list.record_item,
        record_list.record_place,
        {{ json_parse(
            'case when ' ~ json_is_object('record_item') ~ ' then record_item end',
            '{' ~ json_fields([
                'agentId', 'agentGroupId', 'time', 'sessionId', 'sequenceNumber', 'statusType', 'statusSubType',
            ]) ~ '}'
        ) }} as record
    from page_records
    {{ each_item('page_records.record_items', 'record_list', 'record_item', 'record_place') }}

),

fields as (

    select
        {{ all_columns_but(['record']) }},
        {{ null_if_sentinel(path_value('file_name', 'account_id')) }} as account_id,
        {{ json_name('record."sessionId"') }} as session_id,
        {{ json_name('record."sequenceNumber"') }} as sequence_id,
        {{ rfc3339_to_epoch_ms(json_name('record."time"')) }} as changed_ms,
        {{ json_name('record."agentId"') }} as agent_id,
        {{ json_name('record."agentGroupId"') }} as agent_group_id,
        {{ json_name('record."statusType"') }} as status_type,
        {{ json_name('record."statusSubType"') }} as status_sub_type
    from records

),

judged as (

    select
        *,
        line_reason is not null or page_reason is not null or not is_page
        or {{ array_size(json_items('container')) }} > 0 as is_record,
        coalesce(
            line_reason,
            page_reason,
            case
                when is_page and {{ array_size(json_items('container')) }} = 0 then null
                when not coalesce({{ json_is_object('record_item') }}, false) then 'wrong_shape'
                -- the sequence is numeric: what is no number has no place in it
                when account_id is null or session_id is null or {{ number_or_null('sequence_id') }} is null
                    then 'missing_key'
                when not coalesce({{ is_usable_event_time('changed_ms') }}, false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_liveperson__agent_status_deliveries as (

    select
        {{ all_columns_but([
            'line', 'document_text', 'line_reason', 'page_reason', 'is_page', 'container', 'record_item',
        ]) }},
        case when reason is not null then line end as raw_line,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_liveperson__agent_status_deliveries
