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

{#- Lists of a web session, as JSON values, that are there and are no lists; those that were read at once are. -#}
{% macro misshapen_web_session_lists() -%}
    {{ array_flatten('[' ~ [
        item_checks(array_keep('eligibility_parts', 'part', 'known_eligibilities is null'), 'part', [
            "misshapen('eligibilityData', avro(part), '(list)')",
        ]),
        item_checks(array_keep('impression_parts', 'part', 'known_impressions is null'), 'part', [
            "misshapen('impressions', avro(part), '(list)')",
        ]),
        item_checks('goal_parts', 'part', ["misshapen('achievedGoals', avro(part), '(list)')"]),
    ] | join(', ') ~ ']') }}
{%- endmacro %}

{#- A field of a record that may be wrapped, in another shape. -#}
{% macro misshapen_field(name, record, field, shape) -%}
    misshapen('{{ name }}.{{ field }}', avro(avro_field({{ record }}, '{{ field }}')), '{{ shape }}')
{%- endmacro %}

{% macro web_session_unusable_values() -%}
    {%- set campaign_checks = item_checks('entry.campaigns', 'campaign', [
        "unknown_value('eligibilityData.eligibleCampaigns.controlGroupType', campaign.control_group_type, ['TEST', 'CONTROL'])",
    ]) -%}
    {{ unusable_values([
        'misshapen_info',
        "[unknown_value('sessionInfo.deviceFamily', device_family, ['DESKTOP', 'TABLET', 'MOBILE']), "
            ~ "unknown_value('sessionInfo.siteControlGroup', site_control_group, ['CONTROL', 'TEST'])]",
        'misshapen',
        item_checks('eligibility_records', 'entry', [
            "avro_unusable_time('eligibilityData.timestamp', entry.timestamp)",
            "misshapen('eligibilityData.eligibleCampaigns', avro(entry.\"eligibleCampaigns\"), '(list)')",
        ]),
        array_flatten(array_map('eligibility_records', 'entry', item_checks(
            'avro_records(entry."eligibleCampaigns")', 'campaign', [
                misshapen_field('eligibilityData.eligibleCampaigns', 'campaign', 'controlGroupType', '(scalar)'),
                misshapen_field('eligibilityData.eligibleCampaigns', 'campaign', 'campaign', '(object)'),
                misshapen_field('eligibilityData.eligibleCampaigns', 'campaign', 'goal', '(object)'),
                misshapen_field('eligibilityData.eligibleCampaigns', 'campaign', 'engagements', '(list)'),
            ]
        ))),
        array_flatten(array_map('eligibilities', 'entry', campaign_checks)),
        item_checks('impression_records', 'impression', [
            "avro_unusable_time('impressions.timestamp', impression.timestamp)",
            "misshapen('impressions.impressionType', avro(impression.\"impressionType\"), '(scalar)')",
            "misshapen('impressions.state', avro(impression.state), '(scalar)')",
            "misshapen('impressions.campaign', avro(impression.campaign), '(object)')",
            "misshapen('impressions.engagement', avro(impression.engagement), '(object)')",
            "misshapen('impressions.goal', avro(impression.goal), '(object)')",
        ]),
        item_checks('impressions', 'impression', [
            "unknown_value('impressions.impressionType', impression.impression_type, ['Show', 'Accept', 'Close', 'Timeout'])",
            "unknown_value('impressions.state', impression.state_code, ['0', '1', '2', '4'])",
        ]),
        item_checks('reached_goals', 'reached', [
            "avro_unusable_time('achievedGoals.timestamp', reached.goal.timestamp)",
            "misshapen('achievedGoals.goalMetaData', reached.goal.\"goalMetaData\", '(object)')",
            "unknown_value('achievedGoals.goalMetaData', reached.metadata_type, ['" ~ known_goal_metadata_types() | join("', '") ~ "'])",
            "avro_unusable_amount('achievedGoals.goalMetaData.total', reached.purchase.total)",
        ]),
    ]) }}
{%- endmacro %}

{#- What a session's info is in place of an object, and has in place of a scalar where none of the infos has one. -#}
{% macro misshapen_session_info(infos) -%}
    {%- set found = [] -%}
    {%- for field, problem in {
        'sessionStartTime': 'unusable_time', 'deviceFamily': 'unknown_value', 'siteControlGroup': 'unknown_value',
    }.items() -%}
        {%- do found.append(
            "unusable_value('sessionInfo." ~ field ~ "', '" ~ problem ~ "', case when avro_first_name(" ~ infos ~ ", '"
            ~ field ~ "') is null then avro_first_kind(" ~ infos ~ ", '" ~ field ~ "') end)"
        ) -%}
    {%- endfor -%}
    {{ array_flatten('[' ~ [
        item_checks(infos, 'info', ["misshapen('sessionInfo', avro(info), '(object)')"]), '[' ~ found | join(', ') ~ ']',
    ] | join(', ') ~ ']') }}
{%- endmacro %}

{#- Parts of a conversation's record, as JSON, that are there in another shape than the one that is read. -#}
{% macro misshapen_conversation_parts(record) -%}
    {{ array_flatten('[' ~ misshapen_fields(record, [
        'messageRecords', 'agentParticipants', 'transfers', 'conversationSurveys', 'dialogs',
    ], '(list)') ~ ', ' ~ misshapen_fields(record, ['campaign'], '(object)') ~ ']') }}
{%- endmacro %}

{#-
    Parts of a line that are there and are no objects, of the columns `document` and `line`: asked only where something
    is not found in one of them.
-#}
{% macro misshapen_parts(fields, is_missed) -%}
    case
        when document is not null and ({{ is_missed }})
            then {{ misshapen_fields(json_document('line'), fields, '(object)') }}
    end
{%- endmacro %}

{% macro misshapen_fields(json, fields, shape) -%}
    json_misshapen({{ json }}, ['{{ fields | join("', '") }}'], '{{ shape }}')
{%- endmacro %}

{% macro conversation_unusable_values() -%}
    {%- set sources = [
        'SHARK', 'APP', 'SMS', 'TWILIO', 'FACEBOOK', 'APPLE_BUSINESS_CHAT', 'ABC', 'GOOGLE_RCS', 'GMB', 'LINE',
        'WHATSAPP', 'WECHAT', 'AGENT',
    ] -%}
    {%- set answer_checks = item_checks('survey."surveyData"', 'answer', [
        "unknown_value('conversationSurveys.surveyData.questionType', json_enum(answer.\"questionType\"), "
            ~ "['csat', 'nps', 'fcr', 'custom'])",
        "unusable_value('conversationSurveys.surveyData.answer', 'unusable_number', case "
            ~ "when json_enum(answer.\"questionType\") = 'csat' "
            ~ "and unless_deleted(coalesce(json_scalar(answer.answer), json_enum(answer.answer))) is not null "
            ~ "and not coalesce(json_number(answer.answer) between 1 and 5, false) then '(masked)' end)",
        "deleted_value('conversationSurveys.surveyData.answer', json_scalar(answer.answer))",
        "unusable_value('conversationSurveys.surveyData.isValidAnswer', 'unknown_value', case "
            ~ "when json_boolean(answer.\"isValidAnswer\") is null then json_enum(answer.\"isValidAnswer\") end)",
    ]) -%}
    {{ unusable_values([
        'misshapen',
        "[json_unusable_time('info.endTimeL', record.info.\"endTimeL\"), "
            ~ "unknown_value('info.status', json_enum(record.info.status), ['OPEN', 'CLOSE']), "
            ~ "unknown_value('info.source', json_enum(record.info.source), ['" ~ sources | join("', '") ~ "']), "
            ~ "unknown_value('info.device', json_enum(record.info.device), ['DESKTOP', 'TABLET', 'MOBILE']), "
            ~ "misshapen('info.closeReason', record.info.\"closeReason\", '(scalar)'), "
            ~ "json_unusable_number('info.mcs', record.info.mcs), "
            ~ "json_unusable_score('info.csat', record.info.csat, 1, 5), "
            ~ "json_unusable_score('info.csatRate', record.info.\"csatRate\", 1, 5)]",
        item_checks('record."messageRecords"', 'message', [
            "json_unusable_time('messageRecords.timeL', message.\"timeL\")",
            "json_unusable_number('messageRecords.seq', message.seq)",
            "unusable_value('messageRecords.sentBy', 'unknown_value', case "
                ~ "when lower(json_enum(message.\"sentBy\")) not in ('consumer', 'agent') "
                ~ "then json_enum(message.\"sentBy\") end)",
            "unknown_value('messageRecords.audience', json_enum(message.audience), ['ALL', 'AGENTS_AND_MANAGERS'])",
            "deleted_value('messageRecords.messageData.msg.text', json_text(message.\"messageData\".msg.\"text\"))",
        ]),
        item_checks('record."agentParticipants"', 'participant', [
            "json_unusable_time('agentParticipants.timeL', participant.\"timeL\")",
            "misshapen('agentParticipants.permission', participant.permission, '(scalar)')",
            "unknown_value('agentParticipants.userType', json_enum(participant.\"userType\"), ['0', '1', '2'])",
        ]),
        item_checks('record.transfers', 'transfer', [
            "json_unusable_time('transfers.timeL', transfer.\"timeL\")",
            "unknown_value('transfers.reason', json_enum(transfer.reason), "
                ~ "['Skill', 'Agent', 'back2Q', 'SuggestedAgentTimeout', 'TakeOver'])",
        ]),
        array_flatten(array_map('record."conversationSurveys"', 'survey', answer_checks)),
        item_checks('record.dialogs', 'dialog', [
            "unknown_value('dialogs.dialogType', json_enum(dialog.\"dialogType\"), ['MAIN', 'POST_SURVEY'])",
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
