{#- One row per provider, subscriber and conversation: all that its record and configuration say of it, texts apart. -#}
with conversations as (

    select * from {{ ref('int_conversations') }}

),

records as (

    select * from {{ ref('int_marketplace__conversations') }}

),

escalations as (

    select * from {{ ref('int_marketplace__escalations') }}

)

select
    subscribers.provider_account_id,
    conversations.account_id,
    conversations.conversation_id,
    subscribers.account_name,
    conversations.visit_id,
    {{ utc_timestamp('conversations.started_ms') }} as started_at,
    {{ utc_timestamp('conversations.closed_ms') }} as ended_at,
    {{ utc_timestamp('records.updated_ms') }} as updated_at,
    conversations.opened_date,
    conversations.closed_date,
    cast(conversations.duration_ms as double) / 1000 as duration_seconds,
    case when conversations.closed_ms is null then 'open' else 'closed' end as status,
    conversations.closed_by,
    records.close_reason,
    records.source,
    conversations.source_type,
    conversations.initial_device,
    records.latest_agent_id,
    {{ name_of('agent', 'records.latest_agent_id') }} as latest_agent_name,
    records.latest_skill_id,
    {{ name_of('skill', 'records.latest_skill_id') }} as latest_skill_name,
    records.latest_agent_group_id,
    {{ name_of('agent_group', 'records.latest_agent_group_id') }} as latest_agent_group_name,
    conversations.campaign_id,
    {{ name_of('campaign', 'conversations.campaign_id') }} as campaign_name,
    conversations.engagement_id,
    {{ name_of('engagement', 'conversations.engagement_id') }} as engagement_name,
    conversations.goal_id,
    {{ name_of('goal', 'conversations.goal_id') }} as goal_name,
    conversations.lob_id,
    {{ name_of('lob', 'conversations.lob_id') }} as lob_name,
    conversations.entry_point_id,
    {{ name_of('entry_point', 'conversations.entry_point_id') }} as entry_point_name,
    records.mcs,
    records.csat,
    records.is_first_conversation,
    conversations.is_partial,
    records.is_transcript_shared,
    cast(escalations.consumer_messages as bigint) as consumer_messages,
    cast(escalations.bot_messages as bigint) as bot_messages,
    cast(escalations.human_messages as bigint) as human_messages,
    cast(records.transfers as bigint) as transfers,
    escalations.is_contained,
    {{ utc_timestamp('escalations.escalated_ms') }} as escalated_at,
    escalations.has_human_response,
    {{ utc_timestamp('escalations.responded_ms') }} as first_human_response_at,
    cast(escalations.wait_ms as double) / 1000 as first_human_response_wait_seconds,
    records.agent_participants,
    records.consumer_participants,
    records.transfer_records,
    records.interactions,
    records.survey_answers,
    records.dialogs,
    records.message_scores
from conversations
inner join {{ ref('int_marketplace__subscribers') }} as subscribers on conversations.account_id = subscribers.account_id
inner join records {{ of_conversation('records') }}
inner join escalations {{ of_conversation('escalations') }}
{{ names_joined({
    'agent': 'records.latest_agent_id',
    'skill': 'records.latest_skill_id',
    'agent_group': 'records.latest_agent_group_id',
    'campaign': 'conversations.campaign_id',
    'engagement': 'conversations.engagement_id',
    'goal': 'conversations.goal_id',
    'lob': 'conversations.lob_id',
    'entry_point': 'conversations.entry_point_id',
}, 'conversations') }}
