{#- A conversation record's JSON structure, in which every value is still JSON. -#}
{% macro conversation_structure() -%}
    {%- set lists = {
        'messageRecords': json_fields(['messageId', 'seq', 'dialogId', 'participantId', 'timeL', 'type', 'sentBy', 'audience'])
            ~ ',"messageData":{"msg":{"text":"JSON"}}',
        'agentParticipants': json_fields(['agentId', 'userType', 'permission', 'agentGroupId', 'timeL']),
        'consumerParticipants': json_fields(['participantId']),
        'consumerParticipant': json_fields(['participantId']),
        'transfers': json_fields([
            'timeL', 'reason', 'sourceSkillId', 'targetSkillId', 'sourceAgentId', 'assignedAgentId', 'by',
        ]),
        'interactions': json_fields(['assignedAgentId', 'interactiveSequence', 'interactionTimeL']),
        'conversationSurveys': json_fields(['surveyType', 'surveyStatus'])
            ~ ',"surveyData":[{' ~ json_fields(['question', 'answer', 'questionType', 'isValidAnswer']) ~ '}]',
        'dialogs': json_fields(['dialogId', 'dialogType', 'startTimeL', 'endTimeL']),
        'messageScores': json_fields(['messageId', 'messageRawScore']),
        'messageScore': json_fields(['messageId', 'messageRawScore']),
    } -%}
    {%- set fields = [] -%}
    {%- for name, item in lists.items() -%}
        {%- do fields.append('"' ~ name ~ '":[{' ~ item ~ '}]') -%}
    {%- endfor -%}
    {{ return(
        '{"info":{' ~ json_fields([
            'conversationId', 'brandId', 'startTimeL', 'endTimeL', 'status', 'closeReason', 'source', 'device',
            'sessionId', 'mcs', 'csat', 'csatRate', 'latestSkillId', 'latestAgentId', 'latestAgentGroupId',
            'isPartial', 'firstConversation',
        ]) ~ '},"campaign":{' ~ json_fields([
            'campaignId', 'campaignEngagementId', 'goalId', 'lobId', 'locationId',
        ]) ~ '},' ~ fields | join(',') ~ '}'
    ) }}
{%- endmacro %}

{#-
    What a conversation lists, from parsed records to typed lists. Each takes an array of structs with JSON values and
    gives an array of structs in the same order; a list item that is no record stands as a struct of nulls.
-#}
{% macro messages(records) -%}
    {{ array_map(records, 'message', struct({
        'sent_ms': 'json_usable_ms(message."timeL")',
        'sequence_number': 'sequence_or_null(json_scalar(message.seq))',
        'dialog_id': 'json_name(message."dialogId")',
        'participant_id': 'json_name(message."participantId")',
        'sent_by': 'json_name(message."sentBy")',
        'audience': 'json_name(message.audience)',
        'message_id': 'json_name(message."messageId")',
        'message_type': 'json_name(message."type")',
        'message_text': 'unless_deleted(json_text(message."messageData".msg."text"))',
    })) }}
{%- endmacro %}

{% macro agent_participants(records) -%}
    {{ array_map(records, 'participant', struct({
        'agent_id': 'json_name(participant."agentId")',
        'user_type': 'json_name(participant."userType")',
        'permission': 'json_name(participant.permission)',
        'agent_group_id': 'json_name(participant."agentGroupId")',
        'joined_ms': 'json_usable_ms(participant."timeL")',
    })) }}
{%- endmacro %}

{% macro consumer_participants(records) -%}
    {{ array_map(records, 'participant', struct({'participant_id': 'json_name(participant."participantId")'})) }}
{%- endmacro %}

{% macro transfers(records) -%}
    {{ array_map(records, 'transfer', struct({
        'transferred_ms': 'json_usable_ms(transfer."timeL")',
        'reason': 'json_name(transfer.reason)',
        'source_skill_id': 'json_name(transfer."sourceSkillId")',
        'target_skill_id': 'json_name(transfer."targetSkillId")',
        'source_agent_id': 'json_name(transfer."sourceAgentId")',
        'assigned_agent_id': 'json_name(transfer."assignedAgentId")',
        'transferred_by': 'json_name(transfer."by")',
    })) }}
{%- endmacro %}

{% macro interactions(records) -%}
    {{ array_map(records, 'interaction', struct({
        'assigned_agent_id': 'json_name(interaction."assignedAgentId")',
        'interactive_sequence': 'json_number(interaction."interactiveSequence")',
        'interacted_ms': 'json_usable_ms(interaction."interactionTimeL")',
    })) }}
{%- endmacro %}

{% macro surveys(records) -%}
    {{ array_map(records, 'survey', struct({
        'survey_type': 'json_name(survey."surveyType")',
        'survey_status': 'json_name(survey."surveyStatus")',
        'answers': array_map('survey."surveyData"', 'answer', struct({
            'question': 'json_scalar(answer.question)',
            'question_type': 'json_name(answer."questionType")',
            'answer_text': 'unless_deleted(json_scalar(answer.answer))',
            'is_valid_answer': 'json_boolean(answer."isValidAnswer")',
        })),
    })) }}
{%- endmacro %}

{% macro dialogs(records) -%}
    {{ array_map(records, 'dialog', struct({
        'dialog_id': 'json_name(dialog."dialogId")',
        'dialog_type': 'json_name(dialog."dialogType")',
        'started_ms': 'json_usable_ms(dialog."startTimeL")',
        'ended_ms': 'json_usable_ms(dialog."endTimeL")',
    })) }}
{%- endmacro %}

{% macro message_scores(records) -%}
    {{ array_map(records, 'score', struct({
        'message_id': 'json_name(score."messageId")',
        'raw_score': 'json_number(score."messageRawScore")',
    })) }}
{%- endmacro %}
