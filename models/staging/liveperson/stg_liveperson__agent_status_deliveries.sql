{#-
    One row per delivered agent status change, and one for a line that holds none. The account is the folder
    account_id=<id> in the file's path. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('liveperson/agent_status_changes') }}",
        post_hook="{{ check_feed('liveperson/agent_status_changes') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_liveperson_agent_status_changes') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case when is_json and json_is_object(line) then {{ json_document('line') }} end as document_text
    from lines

),

pages as (

    select
        file_name,
        delivered_ms,
        line_number,
        line,
        line_reason,
        coalesce({{ json_has_key('document_text', 'stateChanges') }}, false) as is_page,
        {{ json_parse('document_text', '{"stateChanges":"JSON"}') }}."stateChanges"
            as container
    from documents

),

page_records as (

    -- what is asked of the whole page is asked once, before it becomes one row per record
    select
        file_name,
        delivered_ms,
        line_number,
        line,
        null_if_sentinel({{ path_value('file_name', 'account_id') }}) as account_id,
        coalesce(line_reason, {{ page_reason() }}) as whole_reason,
        {{ is_empty_page() }} as is_empty_page,
        {{ page_items() }} as record_items
    from pages

),

parsed_pages as (

    select
        {{ all_columns_but(['record_items']) }},
        {{ parsed_records('record_items', '{' ~ json_fields([
            'agentId', 'agentGroupId', 'time', 'sessionId', 'sequenceNumber', 'statusType', 'statusSubType',
        ]) ~ '}') }} as records
    from page_records

),

judged_pages as (

    select
        {{ all_columns_but(['records']) }},
        {{ judged_records('records', status_record_reason()) }} as judged_records
    from parsed_pages

),

ranked_pages as (

    select
        *,
        {{ reason_ranks('judged_records') }} as reason_ranks
    from judged_pages

),

judged as (

    select
        file_name,
        delivered_ms,
        line_number,
        line,
        account_id,
        is_empty_page,
        {{ place_of_least('reason_ranks', 99) }} as first_bad_place,
        {{ item_and_place('judged_records', 'record') }}
    from ranked_pages

),

records as (

    select
        file_name,
        line_number,
        record_place,
        delivered_ms,
        -- a page that is empty, or whose container is null, holds no record and is no fault
        not is_empty_page as is_record,
        record_item.reason,
        -- a line stands once, however many of its records cannot be used
        case when record_place = first_bad_place then line end as raw_line,
        account_id,
        record_item.parsed.record
    from judged

),

fields as (

    select
        {{ all_columns_but(['record']) }},
        json_name(record."sessionId") as session_id,
        json_name(record."sequenceNumber") as sequence_id,
        rfc3339_to_epoch_ms(json_name(record."time")) as changed_ms,
        json_name(record."agentId") as agent_id,
        json_name(record."agentGroupId") as agent_group_id,
        json_name(record."statusType") as status_type,
        json_name(record."statusSubType") as status_sub_type,
        {{ unusable_values([
            "[unknown_value('statusType', json_enum(record.\"statusType\"), ['1', '3', '4']), "
                ~ "unknown_value('statusSubType', json_enum(record.\"statusSubType\"), ['1', '2', '3', '4'])]",
        ]) }} as unusable_values
    from records

),

stg_liveperson__agent_status_deliveries as (

    select
        *,
        {{ this_build() }} as delivered_in_build
    from fields

)

select * from stg_liveperson__agent_status_deliveries
