{#- One row per delivered line of the purchase tag: an order, each time its thank-you page was loaded. Append only. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('one_to_one/orders') }}",
        post_hook="{{ check_feed('one_to_one/orders') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (

    select
        *,
        is_utf8 and json_is_valid(line) as is_json
    from {{ source('landing', 'lines_one_to_one_orders') }}

),

documents as (

    select
        {{ all_columns_but(['is_utf8', 'is_json']) }},
        {{ line_reason('line') }} as line_reason,
        case
            when is_json and json_is_object(line)
                then {{ json_parse(json_document('line'), '{' ~ json_fields([
                    'account_id', 'order_id', 'occurred_at', 'visitor_id', 'currency', 'subtotal', 'total_discounts',
                    'order_value',
                ]) ~ '}') }}
        end as document
    from lines

),

fields as (

    select
        {{ all_columns_but(['document']) }},
        json_name(document.account_id) as account_id,
        json_name(document.order_id) as order_id,
        json_epoch_ms(document.occurred_at) as occurred_ms,
        json_name(document.visitor_id) as visitor_id,
        json_name(document.currency) as currency,
        json_amount(document.subtotal) as subtotal,
        json_amount(document.total_discounts) as total_discounts,
        json_amount(document.order_value) as order_value,
        {{ unusable_values([
            "[json_unusable_amount('subtotal', document.subtotal), "
                ~ "json_unusable_amount('total_discounts', document.total_discounts)]",
        ]) }} as unusable_values
    from documents

),

judged as (

    select
        *,
        coalesce(
            line_reason,
            case
                when account_id is null or order_id is null then 'missing_key'
                when not coalesce(is_usable_time(occurred_ms), false) then 'bad_event_time'
            end
        ) as reason
    from fields

),

stg_one_to_one__order_deliveries as (

    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        reason,
        case when reason is not null then line end as raw_line,
        account_id,
        order_id,
        occurred_ms,
        visitor_id,
        currency,
        subtotal,
        total_discounts,
        order_value,
        unusable_values,
        {{ this_build() }} as delivered_in_build
    from judged

)

select * from stg_one_to_one__order_deliveries
