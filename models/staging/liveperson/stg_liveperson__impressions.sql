{#-
    One row per distinct impression of a visit: identical ones (same engagement instance, type, state, campaign,
    engagement and time) are one. Where they name different goals the greatest goal id stays.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={'stg_liveperson__web_sessions': 'visit_id'},
    )
}}

with items as (

    select
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        {{ item_and_place('impression_items', 'impression') }}
    from {{ ref('stg_liveperson__web_sessions') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        {{ json_parse(
            'impression_item',
            '{"engagementInstanceId":"JSON","impressionType":"JSON","state":"JSON","engagement":"JSON",'
            ~ '"campaign":"JSON","goal":"JSON","timestamp":"JSON"}'
        ) }} as impression
    from items

),

fields as (

    select
        {{ all_columns_but(['impression']) }},
        -- files older than the field take the visit's start
        coalesce({{ avro_epoch_ms('impression.timestamp') }}, started_ms) as impression_ms,
        {{ avro_name('impression."engagementInstanceId"') }} as engagement_instance_id,
        {{ avro_name('impression."impressionType"') }} as impression_type,
        {{ avro_name('impression.state') }} as state_code,
        {{ avro_record_name('impression.campaign', 'id') }} as campaign_id,
        {{ avro_record_name('impression.engagement', 'id') }} as engagement_id,
        {{ avro_record_name('impression.goal', 'id') }} as goal_id
    from parsed

),

stg_liveperson__impressions as (

    select
        account_id,
        visit_id,
        visitor_id,
        impression_ms,
        engagement_instance_id,
        impression_type,
        state_code,
        campaign_id,
        engagement_id,
        max(goal_id) as goal_id
    from fields
    group by
        account_id,
        visit_id,
        visitor_id,
        impression_ms,
        engagement_instance_id,
        impression_type,
        state_code,
        campaign_id,
        engagement_id

)

select * from stg_liveperson__impressions
