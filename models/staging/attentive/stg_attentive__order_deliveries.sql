{#-
    One row per delivered line of orders. An order without order_id is known by its content; an order_id without
    company_id is no key. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('attentive/orders') }}",
        post_hook="{{ check_feed('attentive/orders') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_attentive_orders') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and json_is_object(line)
                then {{ json_parse(json_document('line'), '{' ~ json_fields([
                    'company_id', 'order_id', 'occurredAt', 'items',
                ]) ~ ',"user":{"phone":"JSON"}}') }}
        end as document
    from lines

),

fields as (

    select
        {{ all_columns_but(['document']) }},
        json_name(document.company_id) as account_id,
        json_name(document.order_id) as order_id,
        iso8601_to_epoch_ms(json_name(document."occurredAt")) as ordered_ms,
        json_name(document."user".phone) as phone,
        {{ misshapen_parts(['user'], 'document."user".phone is null') }} as misshapen,
        document.items,
        {{ order_items('document.items') }} as order_items
    from documents

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case
                when order_id is not null and account_id is null then 'missing_key'
                when not coalesce(is_usable_time(ordered_ms), false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_attentive__order_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then landed_line end as raw_line,
        case
            when reason is not null then null
            -- the length keeps apart what a slash in an id would run together
            when order_id is not null then length(account_id) || '/' || account_id || '/' || order_id
            else {{ json_digest('line') }}
        end as order_key,
        account_id,
        order_id,
        ordered_ms,
        phone,
        {{ order_value('order_items') }} as order_value,
        {{ order_unusable_values('items', 'order_items') }} as unusable_values,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_attentive__order_deliveries
