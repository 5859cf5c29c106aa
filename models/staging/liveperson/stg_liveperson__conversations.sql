{#- One row per conversation (account_id, conversation_id): the current version of the delivered record. -#}
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['account_id', 'conversation_id'],
    )
}}

with newly_current as (

    {{ newly_current_records(
        ref('stg_liveperson__conversation_deliveries'), ['account_id', 'conversation_id']
    ) }}

),

stg_liveperson__conversations as (

    select
        account_id,
        conversation_id,
        session_id,
        started_ms,
        -- closed: status CLOSE with an end that can be used
        case when status = 'CLOSE' then ended_ms end as closed_ms,
        case
            when close_reason in ('AGENT', 'CONSUMER') then lower(close_reason)
            else 'system'
        end as closed_by,
        close_reason,
        source,
        case
            when source = 'SHARK' then 'web'
            when source = 'APP' then 'brand_app'
            when source in ('SMS', 'TWILIO') then 'twilio_sms'
            when source = 'FACEBOOK' then 'facebook'
            when source in ('APPLE_BUSINESS_CHAT', 'ABC') then 'apple_business_chat'
            when source in ('GOOGLE_RCS', 'GMB') then 'google'
            when source = 'LINE' then 'line'
            when source = 'WHATSAPP' then 'whatsapp'
            when source = 'WECHAT' then 'wechat'
            when source = 'AGENT' then 'agent'
            else 'unknown'
        end as source_type,
        case when device in ('DESKTOP', 'TABLET', 'MOBILE') then device else 'unknown' end as device,
        mcs,
        csat,
        csat_rate,
        latest_skill_id,
        latest_agent_id,
        latest_agent_group_id,
        is_partial,
        is_first_conversation,
        campaign_id,
        engagement_id,
        goal_id,
        lob_id,
        location_id,
        delivered_ms,
        delivered_in_build,
        file_name,
        line_number,
        record_place,
        {{ this_build() }} as current_since_build
    from newly_current

)

select * from stg_liveperson__conversations
