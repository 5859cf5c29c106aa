{#-
    One row per conversation and local date on which an agent, human or bot, wrote in it. Over a range handled
    conversations are the distinct conversations of these rows.
-#}
{{ config(materialized='view') }}

with days as (

    select * from {{ ref('int_conversations__days') }}
    where handled > 0

)

select
    account_id,
    conversation_id,
    date_day,
    initial_device,
    source_type,
    {{ campaign_or_none('campaign_id', 'engagement_id') }} as campaign_id,
    coalesce(engagement_id, 'none') as engagement_id,
    agent_id,
    skill_id,
    agent_group_id,
    {{ member_key('account_id', 'conversation_id') }} as conversation_key
from days
