{#-
    One row per delivered conversation record, and one for a line that holds none: key, times, info and campaign
    fields, lists still as JSON, and the reason code where a record cannot be used. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='replace_units',
        announces={'file': ["'liveperson/messaging_interactions'", 'file_name']},
        pre_hook="{{ open_feed('liveperson/messaging_interactions') }}",
        post_hook="{{ check_feed('liveperson/messaging_interactions') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and {{ json_is_valid('line') }} as is_json
    from {{ source('landing', 'lines_liveperson_messaging_interactions') }}

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
        coalesce({{ json_has_key('document_text', 'conversationHistoryRecords') }}, false) as is_page,
        {{ json_parse('document_text', '{"conversationHistoryRecords":"JSON"}') }}."conversationHistoryRecords"
            as container
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
            '{"info":{' ~ json_fields([
                'conversationId', 'brandId', 'startTimeL', 'endTimeL', 'status', 'closeReason', 'source', 'device',
                'sessionId', 'mcs', 'csat', 'csatRate', 'latestSkillId', 'latestAgentId', 'latestAgentGroupId',
                'isPartial',
            ]) ~ '},"campaign":{' ~ json_fields([
                'campaignId', 'campaignEngagementId', 'goalId', 'lobId', 'locationId',
            ]) ~ '},' ~ json_fields([
                'messageRecords', 'agentParticipants', 'transfers', 'conversationSurveys', 'dialogs',
            ]) ~ '}'
        ) }} as record
    from page_records
    {{ each_item('page_records.record_items', 'record_list', 'record_item', 'record_place') }}

),

fields as (

    select
        {{ all_columns_but(['record']) }},
        {{ json_name('record.info."brandId"') }} as account_id,
        {{ json_name('record.info."conversationId"') }} as conversation_id,
        {{ json_epoch_ms('record.info."startTimeL"') }} as started_ms,
        {{ json_epoch_ms('record.info."endTimeL"') }} as ended_ms,
        {{ json_name('record.info.status') }} as status,
        {{ json_name('record.info."closeReason"') }} as close_reason,
        {{ json_name('record.info.source') }} as source,
        {{ json_name('record.info.device') }} as device,
        {{ json_name('record.info."sessionId"') }} as session_id,
        {{ number_or_null(json_scalar('record.info.mcs')) }} as mcs,
        {{ number_or_null(json_scalar('record.info.csat')) }} as csat,
        {{ number_or_null(json_scalar('record.info."csatRate"')) }} as csat_rate,
        {{ json_name('record.info."latestSkillId"') }} as latest_skill_id,
        {{ json_name('record.info."latestAgentId"') }} as latest_agent_id,
        {{ json_name('record.info."latestAgentGroupId"') }} as latest_agent_group_id,
        coalesce({{ json_scalar('record.info."isPartial"') }} = 'true', false) as is_partial,
        {{ json_name('record.campaign."campaignId"') }} as campaign_id,
        {{ json_name('record.campaign."campaignEngagementId"') }} as engagement_id,
        {{ json_name('record.campaign."goalId"') }} as goal_id,
        {{ json_name('record.campaign."lobId"') }} as lob_id,
        {{ json_name('record.campaign."locationId"') }} as location_id,
        {{ json_items('record."messageRecords"') }} as message_items,
        {{ json_items('record."agentParticipants"') }} as agent_participant_items,
        {{ json_items('record.transfers') }} as transfer_items,
        {{ json_items('record."conversationSurveys"') }} as survey_items,
        {{ json_items('record.dialogs') }} as dialog_items
    from records

),

judged as (

    select
        *,
        -- a page that is empty, or whose container is null, holds no record and is no fault
        line_reason is not null or page_reason is not null or not is_page
        or {{ array_size(json_items('container')) }} > 0 as is_record,
        coalesce(
            line_reason,
            page_reason,
            case
                when is_page and {{ array_size(json_items('container')) }} = 0 then null
                when not coalesce({{ json_is_object('record_item') }}, false) then 'wrong_shape'
                when account_id is null or conversation_id is null then 'missing_key'
                when not coalesce({{ is_usable_event_time('started_ms') }}, false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_liveperson__conversation_deliveries as (

    select
        {{ all_columns_but([
            'line', 'document_text', 'line_reason', 'page_reason', 'is_page', 'container', 'record_item',
        ]) }},
        case when reason is not null then line end as raw_line,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_liveperson__conversation_deliveries
