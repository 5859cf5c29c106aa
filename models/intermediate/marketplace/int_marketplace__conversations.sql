{#-
    One row per conversation of a subscriber: what its record says, its lists as JSON. Of the answers of a subscriber
    that does not share transcripts only scores are here, as numbers: other digits may be a telephone number or a PIN.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id', 'int_accounts': none},
    )
}}

with conversations as (

    select
        conversations.*,
        subscribers.is_transcript_shared
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('int_marketplace__subscribers') }} as subscribers
        on conversations.account_id = subscribers.account_id
    where {{ is_touched('conversations.account_id', 'conversations.conversation_id') }}

),

message_lists as (

    select listed.account_id, listed.conversation_id, max(listed.sent_ms) as last_ms
    from conversations
    inner join {{ ref('stg_liveperson__messages') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

agent_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        max(listed.joined_ms) as last_ms,
        {{ json_list_of({
            'agent_id': 'listed.agent_id', 'user_type': 'listed.user_type', 'permission': 'listed.permission',
            'agent_group_id': 'listed.agent_group_id', 'joined_ms': 'listed.joined_ms',
        }, 'listed.participant_place') }} as agent_participants
    from conversations
    inner join {{ ref('stg_liveperson__agent_participants') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

consumer_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        {{ json_list_of({'participant_id': 'listed.participant_id'}, 'listed.participant_place') }}
            as consumer_participants
    from conversations
    inner join {{ ref('stg_liveperson__consumer_participants') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

transfer_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        max(listed.transferred_ms) as last_ms,
        sum(case when listed.reason in ('skill', 'agent', 'back_to_queue') then 1 else 0 end) as transfers,
        {{ json_list_of({
            'transferred_ms': 'listed.transferred_ms', 'reason': 'listed.reason',
            'source_skill_id': 'listed.source_skill_id', 'target_skill_id': 'listed.target_skill_id',
            'source_agent_id': 'listed.source_agent_id', 'assigned_agent_id': 'listed.assigned_agent_id',
            'transferred_by': 'listed.transferred_by',
        }, 'listed.transferred_ms, listed.transfer_place') }} as transfer_records
    from conversations
    inner join {{ ref('stg_liveperson__transfers') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

interaction_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        {{ json_list_of({
            'assigned_agent_id': 'listed.assigned_agent_id', 'interactive_sequence': 'listed.interactive_sequence',
            'interacted_ms': 'listed.interacted_ms',
        }, 'listed.interaction_place') }} as interactions
    from conversations
    inner join {{ ref('stg_liveperson__interactions') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

answers as (

    select
        listed.*,
        case
            when conversations.is_transcript_shared then listed.answer_text
            when
                listed.question_type = 'csat' and listed.answer_number in (1, 2, 3, 4, 5)
                or listed.question_type = 'nps' and listed.answer_number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
                then cast(cast(listed.answer_number as integer) as string)
            when listed.question_type = 'fcr' and lower(listed.answer_text) in ('yes', 'no', '0', '1')
                then listed.answer_text
        end as answer
    from conversations
    inner join {{ ref('stg_liveperson__survey_answers') }} as listed {{ of_conversation() }}

),

survey_lists as (

    select
        account_id,
        conversation_id,
        {{ json_list_of({
            'survey_place': 'survey_place', 'survey_type': 'survey_type', 'survey_status': 'survey_status',
            'question': 'question', 'question_type': 'question_type', 'answer': 'answer',
            'is_valid_answer': 'is_valid_answer',
        }, 'survey_place, answer_place') }} as survey_answers
    from answers
    group by account_id, conversation_id

),

dialog_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        {{ json_list_of({
            'dialog_id': 'listed.dialog_id',
            'dialog_type': "case when listed.is_post_survey then 'POST_SURVEY' else 'MAIN' end",
            'started_ms': 'listed.started_ms', 'ended_ms': 'listed.ended_ms',
        }, 'listed.dialog_place') }} as dialogs
    from conversations
    inner join {{ ref('stg_liveperson__dialogs') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

score_lists as (

    select
        listed.account_id,
        listed.conversation_id,
        {{ json_list_of({'message_id': 'listed.message_id', 'score': 'listed.raw_score'}, 'listed.score_place') }}
            as message_scores
    from conversations
    inner join {{ ref('stg_liveperson__message_scores') }} as listed {{ of_conversation() }}
    group by listed.account_id, listed.conversation_id

),

int_marketplace__conversations as (

    select
        conversations.account_id,
        conversations.conversation_id,
        greatest(
            conversations.started_ms,
            coalesce(conversations.closed_ms, conversations.started_ms),
            coalesce(message_lists.last_ms, conversations.started_ms),
            coalesce(agent_lists.last_ms, conversations.started_ms),
            coalesce(transfer_lists.last_ms, conversations.started_ms)
        ) as updated_ms,
        conversations.close_reason,
        conversations.source,
        conversations.latest_agent_id,
        conversations.latest_skill_id,
        conversations.latest_agent_group_id,
        conversations.mcs,
        coalesce(conversations.csat, conversations.csat_rate) as csat,
        conversations.is_first_conversation,
        conversations.is_transcript_shared,
        coalesce(transfer_lists.transfers, 0) as transfers,
        coalesce(agent_lists.agent_participants, '[]') as agent_participants,
        coalesce(consumer_lists.consumer_participants, '[]') as consumer_participants,
        coalesce(transfer_lists.transfer_records, '[]') as transfer_records,
        coalesce(interaction_lists.interactions, '[]') as interactions,
        coalesce(survey_lists.survey_answers, '[]') as survey_answers,
        coalesce(dialog_lists.dialogs, '[]') as dialogs,
        coalesce(score_lists.message_scores, '[]') as message_scores
    from conversations
    left join message_lists {{ of_conversation('message_lists') }}
    left join agent_lists {{ of_conversation('agent_lists') }}
    left join consumer_lists {{ of_conversation('consumer_lists') }}
    left join transfer_lists {{ of_conversation('transfer_lists') }}
    left join interaction_lists {{ of_conversation('interaction_lists') }}
    left join survey_lists {{ of_conversation('survey_lists') }}
    left join dialog_lists {{ of_conversation('dialog_lists') }}
    left join score_lists {{ of_conversation('score_lists') }}

)

select * from int_marketplace__conversations
