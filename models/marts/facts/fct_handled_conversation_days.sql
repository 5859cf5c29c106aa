{#-
    One row per conversation and local date on which an agent, human or bot, wrote in it. Over a range handled
    conversations are the distinct conversations of these rows.
-#}
with fct_handled_conversation_days as (

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
        agent_group_id
    from {{ ref('int_conversations__days') }}
    where handled > 0

)

select
    account_id,
    conversation_id,
    date_day,
    initial_device,
    source_type,
    campaign_id,
    engagement_id,
    agent_id,
    skill_id,
    agent_group_id,
    {{ member_key('account_id', 'conversation_id') }} as conversation_key,
    {{ name_key('campaign', "coalesce(nullif(campaign_id, 'none'), 'unknown')") }} as campaign_key,
    {{ name_key('engagement') }} as engagement_key,
    {{ name_key('agent') }} as agent_key,
    {{ name_key('skill') }} as skill_key,
    {{ name_key('agent_group') }} as agent_group_key
from fct_handled_conversation_days
