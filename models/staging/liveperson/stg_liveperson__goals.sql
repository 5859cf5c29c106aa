{#-
    One row per goal event of a visit that has an id and a time: what was achieved, by its metadata's type name.
    Url, abandonment and interaction goals are kept here and used by no metric.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}
{%- set metadata = 'com.liveperson.dataaccess.' %}

with items as (

    select
        account_id,
        visit_id,
        visitor_id,
        {{ item_and_place('goal_items', 'goal') }}
    from {{ ref('stg_liveperson__web_sessions') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        visit_id,
        visitor_id,
        goal_place,
        {{ json_parse(
            'goal_item',
            '{"id":"JSON","timestamp":"JSON","campaignGoalId":"JSON","goalMetaData":{'
            ~ '"' ~ metadata ~ 'PurchaseGoalMetadata":"JSON","' ~ metadata ~ 'LeadGoalMetadata":"JSON",'
            ~ '"' ~ metadata ~ 'ServiceActivityGoalMetadata":"JSON"}}'
        ) }} as goal
    from items

),

fields as (

    select
        {{ all_columns_but(['goal']) }},
        {{ avro_name('goal.id') }} as goal_event_id,
        {{ avro_epoch_ms('goal.timestamp') }} as achieved_ms,
        {{ avro_name('goal."campaignGoalId"') }} as campaign_goal_id,
        case
            when goal."goalMetaData"."{{ metadata }}PurchaseGoalMetadata" is not null then 'sell'
            when goal."goalMetaData"."{{ metadata }}LeadGoalMetadata" is not null then 'lead'
            when goal."goalMetaData"."{{ metadata }}ServiceActivityGoalMetadata" is not null then 'service'
            else 'other'
        end as kind,
        {{ json_parse(
            'goal."goalMetaData"."' ~ metadata ~ 'PurchaseGoalMetadata"', '{"total":"JSON","orderId":"JSON"}'
        ) }} as purchase
    from parsed

),

stg_liveperson__goals as (

    select
        account_id,
        visit_id,
        visitor_id,
        goal_place,
        goal_event_id,
        achieved_ms,
        campaign_goal_id,
        kind,
        {{ avro_name('purchase."orderId"') }} as order_id,
        {{ amount_or_null(json_scalar(avro('purchase.total'))) }} as order_total
    from fields
    where goal_event_id is not null and achieved_ms is not null

)

select * from stg_liveperson__goals
