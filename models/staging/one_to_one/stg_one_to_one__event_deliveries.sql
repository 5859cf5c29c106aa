{#- One row per delivered line of the widget's events: the envelope and what the payload names. Append only. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('one_to_one/events') }}",
        post_hook="{{ check_feed('one_to_one/events') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_one_to_one_events') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and json_is_object(line)
                then {{ json_parse(json_document('line'), '{' ~ json_fields([
                    'account_id', 'event_id', 'event_name', 'occurred_at', 'visitor_id', 'page_url',
                ]) ~ ',"payload":{' ~ json_fields([
                    'request_id', 'sender', 'agent_id', 'agent_name', 'auto_message_id', 'auto_message_name', 'url',
                    'rating', 'feedback', 'status',
                ]) ~ '}}') }}
        end as document
    from lines

),

fields as (

    select
        {{ all_columns_but(['document']) }},
        json_name(document.account_id) as account_id,
        json_name(document.event_id) as event_id,
        json_name(document.event_name) as event_name,
        replace(event_name, 'fw:live-helper:', '') as plain_name,
        json_epoch_ms(document.occurred_at) as occurred_ms,
        json_name(document.visitor_id) as visitor_id,
        json_name(document.page_url) as page_url,
        json_name(document.payload.request_id) as request_id,
        json_name(document.payload.sender) as sender,
        json_name(document.payload.agent_id) as agent_id,
        json_name(document.payload.agent_name) as agent_name,
        json_name(document.payload.auto_message_id) as auto_message_id,
        json_name(document.payload.auto_message_name) as auto_message_name,
        json_name(document.payload.url) as auto_message_url,
        -- what is no score may be whatever the visitor typed, such as a telephone number
        case
            when json_number(document.payload.rating) between 1 and 5 then json_number(document.payload.rating)
        end as rating,
        json_scalar(document.payload.feedback) as feedback,
        json_name(document.payload.status) as status,
        {{ unusable_values([
            "[json_unusable_rating('payload.rating', document.payload.rating, 1, 5), "
                ~ "unknown_value('payload.sender', "
                ~ "case when plain_name = 'message' then json_enum(document.payload.sender) end, ['visitor', 'agent', 'auto']), "
                ~ "unknown_value('payload.status', "
                ~ "case when plain_name = 'nps' then json_enum(document.payload.status) end, ['submitted', 'closed']), "
                ~ "unusable_value('event_name', 'unknown_value', case when plain_name not in ('"
                ~ one_to_one_event_names() | join("', '") ~ "') then event_name end), "
                ~ "misshapen('event_name', document.event_name, '(scalar)')]",
            misshapen_parts(['payload'], 'document.payload.request_id is null'),
        ]) }} as unusable_values
    from documents

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case
                when account_id is null or event_id is null then 'missing_key'
                when not coalesce(is_usable_time(occurred_ms), false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_one_to_one__event_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then line end as raw_line,
        account_id,
        event_id,
        event_name,
        occurred_ms,
        visitor_id,
        page_url,
        request_id,
        sender,
        agent_id,
        agent_name,
        auto_message_id,
        auto_message_name,
        auto_message_url,
        rating,
        feedback,
        status,
        unusable_values,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_one_to_one__event_deliveries
