{#-
    One row per conversation: its members, the agent, skill and group it is credited to, how it ended and what
    came of it. Flags of closed conversations are false while it is open.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={
            'stg_liveperson__conversations': 'conversation_id',
            'int_engagements__events': 'conversation_id',
            'int_accounts': none,
        },
    )
}}

with conversations as (

    select
        conversations.*,
        conversations.closed_ms is not null as is_closed
    from {{ ref('stg_liveperson__conversations') }} as conversations
    where {{ is_touched('conversations.account_id', 'conversations.conversation_id') }}

),

message_totals as (

    select
        account_id,
        conversation_id,
        bool_or(not is_agent_message) as has_consumer_message,
        bool_or(is_agent_message) as has_agent_message,
        min(case when is_agent_message then message_number end) as first_agent_message,
        max(case when not is_agent_message then message_number end) as last_consumer_message
    from {{ ref('int_conversations__messages') }}
    where {{ is_touched('account_id', 'conversation_id') }}
    group by account_id, conversation_id

),

first_assignments as (

    select
        account_id,
        conversation_id,
        agent_id,
        agent_group_id,
        row_number() over (
            partition by account_id, conversation_id order by joined_ms nulls last, participant_place
        ) as assignment
    from {{ ref('stg_liveperson__agent_participants') }}
    where
        permission = 'ASSIGNED_AGENT'
        and agent_id is not null
        and {{ is_touched('account_id', 'conversation_id') }}

),

survey_totals as (

    select
        account_id,
        conversation_id,
        count(*) as csat_valid,
        sum(case when answer_number in (4, 5) then 1 else 0 end) as csat_good
    from {{ ref('stg_liveperson__survey_answers') }}
    where
        question_type = 'csat'
        and is_valid_answer
        and answer_number between 1 and 5
        and {{ is_touched('account_id', 'conversation_id') }}
    group by account_id, conversation_id

),

answered as (

    -- without a survey answer of its own, the score on the record is the conversation's one answer
    select
        conversations.account_id,
        conversations.conversation_id,
        case
            when conversations.csat between 1 and 5 then conversations.csat
            when conversations.csat_rate between 1 and 5 then conversations.csat_rate
        end as record_csat,
        survey_totals.csat_valid,
        survey_totals.csat_good
    from conversations
    left join survey_totals
        on
            conversations.account_id = survey_totals.account_id
            and conversations.conversation_id = survey_totals.conversation_id

),

int_conversations as (

    select
        conversations.account_id,
        conversations.conversation_id,
        conversations.session_id as visit_id,
        events.engagement_id,
        events.campaign_id,
        events.lob_id,
        events.entry_point_id,
        conversations.goal_id,
        conversations.device as initial_device,
        conversations.source_type,
        case
            when accounts.agent_credit = 'first'
                then coalesce(first_assignments.agent_id, conversations.latest_agent_id, 'unknown')
            else coalesce(conversations.latest_agent_id, 'unknown')
        end as agent_id,
        coalesce(conversations.latest_skill_id, 'unknown') as skill_id,
        case
            when accounts.agent_credit = 'first' and first_assignments.agent_id is not null
                then coalesce(first_assignments.agent_group_id, 'unknown')
            else coalesce(conversations.latest_agent_group_id, 'unknown')
        end as agent_group_id,
        conversations.started_ms,
        conversations.closed_ms,
        {{ local_date('conversations.started_ms', 'accounts.time_zone') }} as opened_date,
        {{ local_date('conversations.closed_ms', 'accounts.time_zone') }} as closed_date,
        case when conversations.is_closed then conversations.closed_by end as closed_by,
        conversations.is_closed
        and coalesce(
            message_totals.has_consumer_message and not message_totals.has_agent_message, false
        ) as is_abandoned,
        conversations.is_closed
        and coalesce(
            message_totals.last_consumer_message > message_totals.first_agent_message, false
        ) as is_interactive,
        case
            when conversations.is_closed then conversations.closed_ms - conversations.started_ms
        end as duration_ms,
        case
            when not conversations.is_closed then 0
            when answered.csat_valid is not null then answered.csat_valid
            when answered.record_csat is not null then 1
            else 0
        end as csat_valid,
        case
            when not conversations.is_closed then 0
            when answered.csat_valid is not null then answered.csat_good
            when answered.record_csat in (4, 5) then 1
            else 0
        end as csat_good,
        case when conversations.is_closed then conversations.mcs end as mcs,
        conversations.is_partial
    from conversations
    inner join {{ ref('int_engagements__events') }} as events
        on
            conversations.account_id = events.account_id
            and conversations.conversation_id = events.conversation_id
    inner join {{ ref('int_accounts') }} as accounts on conversations.account_id = accounts.account_id
    left join message_totals
        on
            conversations.account_id = message_totals.account_id
            and conversations.conversation_id = message_totals.conversation_id
    left join first_assignments
        on
            conversations.account_id = first_assignments.account_id
            and conversations.conversation_id = first_assignments.conversation_id
            and first_assignments.assignment = 1
    left join answered
        on
            conversations.account_id = answered.account_id
            and conversations.conversation_id = answered.conversation_id

)

select * from int_conversations
