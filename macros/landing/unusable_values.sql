{#-
    Values that are there and cannot be used, in fields that some metric uses, as an array of structs: field (the
    vendor's name for it), problem and value. What is no metric's business is not asked, nor is what vendors write for
    nothing; the event time and the key put a record in quarantine instead.
-#}

{#- From lists of checks, each a call of a function of macros/engine/functions/unusable.sql. -#}
{% macro unusable_values(lists) -%}
    values_found([{{ lists | join(', ') }}])
{%- endmacro %}

{#- The checks of every item of a list. -#}
{% macro item_checks(items, item, checks) -%}
    {{ array_flatten(array_map(items, item, '[' ~ checks | join(', ') ~ ']')) }}
{%- endmacro %}

{% macro web_session_unusable_values() -%}
    {%- set campaign_checks = item_checks('entry.campaigns', 'campaign', [
        "unknown_value('eligibilityData.eligibleCampaigns.controlGroupType', campaign.control_group_type, ['TEST', 'CONTROL'])",
    ]) -%}
    {{ unusable_values([
        "[unknown_value('sessionInfo.deviceFamily', device_family, ['DESKTOP', 'TABLET', 'MOBILE']), "
            ~ "unknown_value('sessionInfo.siteControlGroup', site_control_group, ['CONTROL', 'TEST'])]",
        item_checks('eligibility_records', 'entry', ["avro_unusable_time('eligibilityData.timestamp', entry.timestamp)"]),
        array_flatten(array_map('eligibilities', 'entry', campaign_checks)),
        item_checks('impression_records', 'impression', [
            "avro_unusable_time('impressions.timestamp', impression.timestamp)",
        ]),
        item_checks('impressions', 'impression', [
            "unknown_value('impressions.impressionType', impression.impression_type, ['Show', 'Accept', 'Close', 'Timeout'])",
            "unknown_value('impressions.state', impression.state_code, ['0', '1', '2', '4'])",
        ]),
        item_checks('reached_goals', 'reached', [
            "avro_unusable_time('achievedGoals.timestamp', reached.goal.timestamp)",
            "unknown_value('achievedGoals.goalMetaData', reached.metadata_type, ['" ~ known_goal_metadata_types() | join("', '") ~ "'])",
            "avro_unusable_amount('achievedGoals.goalMetaData.total', reached.purchase.total)",
        ]),
    ]) }}
{%- endmacro %}

{% macro conversation_unusable_values() -%}
    {%- set sources = [
        'SHARK', 'APP', 'SMS', 'TWILIO', 'FACEBOOK', 'APPLE_BUSINESS_CHAT', 'ABC', 'GOOGLE_RCS', 'GMB', 'LINE',
        'WHATSAPP', 'WECHAT', 'AGENT',
    ] -%}
    {%- set answer_checks = item_checks('survey."surveyData"', 'answer', [
        "unknown_value('conversationSurveys.surveyData.questionType', json_name(answer.\"questionType\"), "
            ~ "['csat', 'nps', 'fcr', 'custom'])",
        "unusable_value('conversationSurveys.surveyData.answer', 'unusable_number', case "
            ~ "when json_name(answer.\"questionType\") = 'csat' and unless_deleted(json_scalar(answer.answer)) is not null "
            ~ "and not coalesce(json_number(answer.answer) between 1 and 5, false) then '(masked)' end)",
        "deleted_value('conversationSurveys.surveyData.answer', json_scalar(answer.answer))",
        "unusable_value('conversationSurveys.surveyData.isValidAnswer', 'unknown_value', case "
            ~ "when json_boolean(answer.\"isValidAnswer\") is null then json_name(answer.\"isValidAnswer\") end)",
    ]) -%}
    {{ unusable_values([
        "[json_unusable_time('info.endTimeL', record.info.\"endTimeL\"), "
            ~ "unknown_value('info.status', status, ['OPEN', 'CLOSE']), "
            ~ "unknown_value('info.source', source, ['" ~ sources | join("', '") ~ "']), "
            ~ "unknown_value('info.device', device, ['DESKTOP', 'TABLET', 'MOBILE']), "
            ~ "json_unusable_number('info.mcs', record.info.mcs), "
            ~ "json_unusable_score('info.csat', record.info.csat, 1, 5), "
            ~ "json_unusable_score('info.csatRate', record.info.\"csatRate\", 1, 5)]",
        item_checks('record."messageRecords"', 'message', [
            "json_unusable_time('messageRecords.timeL', message.\"timeL\")",
            "json_unusable_number('messageRecords.seq', message.seq)",
            "unusable_value('messageRecords.sentBy', 'unknown_value', case "
                ~ "when lower(json_name(message.\"sentBy\")) not in ('consumer', 'agent') "
                ~ "then json_name(message.\"sentBy\") end)",
            "unknown_value('messageRecords.audience', json_name(message.audience), ['ALL', 'AGENTS_AND_MANAGERS'])",
            "deleted_value('messageRecords.messageData.msg.text', json_text(message.\"messageData\".msg.\"text\"))",
        ]),
        item_checks('record."agentParticipants"', 'participant', [
            "json_unusable_time('agentParticipants.timeL', participant.\"timeL\")",
            "unknown_value('agentParticipants.userType', json_name(participant.\"userType\"), ['0', '1', '2'])",
        ]),
        item_checks('record.transfers', 'transfer', [
            "json_unusable_time('transfers.timeL', transfer.\"timeL\")",
            "unknown_value('transfers.reason', json_name(transfer.reason), "
                ~ "['Skill', 'Agent', 'back2Q', 'SuggestedAgentTimeout', 'TakeOver'])",
        ]),
        array_flatten(array_map('record."conversationSurveys"', 'survey', answer_checks)),
        item_checks('record.dialogs', 'dialog', [
            "unknown_value('dialogs.dialogType', json_name(dialog.\"dialogType\"), ['MAIN', 'POST_SURVEY'])",
        ]),
    ]) }}
{%- endmacro %}

{#- The names of the widget's events, without the vendor's prefix. -#}
{% macro one_to_one_event_names() -%}
    {{ return([
        'impression', 'click-widget', 'click-notification', 'click-call-agent', 'click-chat-with-agent',
        'agent-start-call', 'agent-start-chat', 'agent-answer-call', 'agent-answer-chat',
        'visitor-answer-call', 'visitor-answer-chat', 'message', 'call-ended', 'chat-ended',
        'auto-message-shown', 'auto-message-click', 'nps',
    ]) }}
{%- endmacro %}
