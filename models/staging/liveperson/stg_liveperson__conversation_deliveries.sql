{#-
    One row per delivered conversation record, and one for a line that holds none: key, times, info and campaign
    fields, its lists as typed lists, and the reason code where a record cannot be used. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('liveperson/messaging_interactions') }}",
        post_hook="{{ check_feed('liveperson/messaging_interactions') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_liveperson_messaging_interactions') }}

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
        coalesce({{ json_has_key('document_text', 'conversationHistoryRecords') }}, false) as is_page,
        {{ json_parse('document_text', '{"conversationHistoryRecords":"JSON"}') }}."conversationHistoryRecords"
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
        coalesce(line_reason, {{ page_reason() }}) as whole_reason,
        {{ is_empty_page() }} as is_empty_page,
        {{ page_items() }} as record_items
    from pages

),

parsed_pages as (

    select
        {{ all_columns_but(['record_items']) }},
        {{ parsed_records('record_items', conversation_structure(), misshapen_conversation_parts('item')) }} as records
    from page_records

),

judged_pages as (

    select
        {{ all_columns_but(['records']) }},
        {{ judged_records('records', conversation_record_reason()) }} as judged_records
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
        record_item.parsed.record,
        record_item.parsed.checks as misshapen
    from judged

),

fields as (

    select
        *,
        json_name(record.info."brandId") as account_id,
        json_name(record.info."conversationId") as conversation_id,
        json_epoch_ms(record.info."startTimeL") as started_ms,
        json_usable_ms(record.info."endTimeL") as ended_ms,
        json_name(record.info.status) as status,
        json_name(record.info."closeReason") as close_reason,
        json_name(record.info.source) as source,
        json_name(record.info.device) as device,
        json_name(record.info."sessionId") as session_id,
        json_number(record.info.mcs) as mcs,
        json_number(record.info.csat) as csat,
        json_number(record.info."csatRate") as csat_rate,
        json_name(record.info."latestSkillId") as latest_skill_id,
        json_name(record.info."latestAgentId") as latest_agent_id,
        json_name(record.info."latestAgentGroupId") as latest_agent_group_id,
        coalesce(json_scalar(record.info."isPartial") = 'true', false) as is_partial,
        json_boolean(record.info."firstConversation") as is_first_conversation,
        json_name(record.campaign."campaignId") as campaign_id,
        json_name(record.campaign."campaignEngagementId") as engagement_id,
        json_name(record.campaign."goalId") as goal_id,
        json_name(record.campaign."lobId") as lob_id,
        json_name(record.campaign."locationId") as location_id,
        {{ messages('record."messageRecords"') }} as messages,
        {{ agent_participants('record."agentParticipants"') }} as agent_participants,
        -- older records have the singular
        {{ consumer_participants('coalesce(record."consumerParticipants", record."consumerParticipant")') }}
            as consumer_participants,
        {{ transfers('record.transfers') }} as transfers,
        {{ interactions('record.interactions') }} as interactions,
        {{ surveys('record."conversationSurveys"') }} as surveys,
        {{ dialogs('record.dialogs') }} as dialogs,
        {{ message_scores('coalesce(record."messageScores", record."messageScore")') }} as message_scores
    from records

),

stg_liveperson__conversation_deliveries as (

    select
        {{ all_columns_but(['record', 'misshapen']) }},
        {{ conversation_unusable_values() }} as unusable_values,
        {{ this_build() }} as delivered_in_build
    from fields

)

select * from stg_liveperson__conversation_deliveries
