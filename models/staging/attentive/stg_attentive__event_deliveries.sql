{#-
    One row per delivered line of events. The vendor sends no event id, so an event is known by its content: it always
    has a key, and a retry of it has the same one. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('attentive/events') }}",
        post_hook="{{ check_feed('attentive/events') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_attentive_events') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and json_is_object(line)
                then {{ json_parse(json_document('line'), '{"type":"JSON","timestamp":"JSON",'
                    ~ '"company":{"company_id":"JSON"},"subscriber":{"phone":"JSON"},"message":{'
                    ~ json_fields(['id', 'type', 'program'])
                    ~ ',"campaign":{"id":"JSON"},"journey":{"id":"JSON","name":"JSON"},"agent":{"id":"JSON"}}}') }}
        end as document
    from lines

),

fields as (

    select
        {{ all_columns_but(['document']) }},
        case when line_reason is null then {{ json_digest('line') }} end as event_id,
        json_name(document.company.company_id) as account_id,
        json_name(document."type") as event_type,
        json_epoch_ms(document."timestamp") as occurred_ms,
        json_name(document.subscriber.phone) as phone,
        json_name(document.message.id) as message_id,
        json_name(document.message."type") as message_type,
        json_name(document.message.program) as program,
        json_name(document.message.campaign.id) as campaign_id,
        json_name(document.message.journey.id) as journey_id,
        json_name(document.message.journey."name") as journey_name,
        json_name(document.message.agent.id) as agent_id,
        {{ unusable_values([
            "[unknown_value('message.program', json_enum(document.message.program), ['CONCIERGE', 'LIVE_SMS']), "
                ~ "unknown_value('message.type', case when event_type = 'sms.sent' then message_type end, "
                ~ "['CAMPAIGN', 'JOURNEY', 'CONCIERGE', 'TRANSACTIONAL']), "
                ~ "misshapen('message.type', document.message.\"type\", '(scalar)'), "
                ~ "misshapen('type', document.\"type\", '(scalar)')]",
            misshapen_parts(
                ['company', 'subscriber', 'message'],
                'document.company.company_id is null or document.subscriber.phone is null or document.message.id is null'
            ),
        ]) }} as unusable_values
    from documents

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case when not coalesce(is_usable_time(occurred_ms), false) then 'bad_event_time' end
        ) as reason
    from fields

),

stg_attentive__event_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then landed_line end as raw_line,
        event_id,
        account_id,
        event_type,
        occurred_ms,
        phone,
        message_id,
        message_type,
        program,
        campaign_id,
        journey_id,
        journey_name,
        agent_id,
        unusable_values,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_attentive__event_deliveries
