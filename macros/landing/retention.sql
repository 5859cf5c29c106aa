{#-
    What is kept no longer than agreed: at the end of a build, texts and answers older than their account's
    transcript_retention_days become null wherever the warehouse holds them, and so do rejected lines and the texts of
    superseded versions after their own numbers of days. Rows stay, and all that metrics count.

    Age counts back from the newest delivery, which is the same for every build of the same files; the build's own clock
    is only a limit, so that a file named after a time to come forgets nothing.
-#}
{% macro keep_no_longer() -%}
    {%- if ledger() -%}
        {%- set kept = state_schema() ~ '.kept_texts' -%}
        {%- set newest = [
            run_query('select max(delivered_ms) from ' ~ state_schema() ~ '.landed_files').rows[0][0] or 0,
            run_started_at.timestamp() * 1000,
        ] | min | int -%}
        {%- set statements = [] -%}
        {%- if built_relation('stg_accounts') -%}
            {%- do run_query(
                'create or replace table ' ~ kept ~ ' as select account_id, transcript_retention_days, '
                ~ newest ~ ' - cast(transcript_retention_days * 86400000 as bigint) as from_ms from '
                ~ built_relation('stg_accounts') ~ ' where transcript_retention_days is not null'
            ) -%}
            {%- if run_query('select count(*) from ' ~ kept).rows[0][0] > 0 -%}
                {%- do statements.extend(forget_texts(kept)) -%}
            {%- endif -%}
        {%- endif -%}
        {%- set raw_line_days = days_setting('PARLEY_RAW_LINE_DAYS') -%}
        {%- set superseded_days = days_setting('PARLEY_SUPERSEDED_DAYS') -%}
        {%- if raw_line_days is not none -%}
            {%- do statements.extend(forget_raw_lines(newest - raw_line_days * 86400000)) -%}
        {%- endif -%}
        {%- if superseded_days is not none -%}
            {%- do statements.extend(forget_superseded(newest - superseded_days * 86400000)) -%}
        {%- endif -%}
        {{ statements | join(';\n') }}
    {%- endif -%}
{%- endmacro %}

{#- A setting that says a number of days, or none where it says nothing. -#}
{% macro days_setting(name) -%}
    {%- set text = env_var(name, '') | trim -%}
    {{ return(text | int if text else none) }}
{%- endmacro %}

{#- The sentence that says which of these settings cannot be used, or none. -#}
{% macro retention_problem() -%}
    {%- for name in ['PARLEY_RAW_LINE_DAYS', 'PARLEY_SUPERSEDED_DAYS'] -%}
        {%- set text = env_var(name, '') | trim -%}
        {%- if text and not modules.re.fullmatch('[0-9]{1,5}', text) -%}
            {{ return(
                name ~ ' says ' ~ shown(text) ~ '. Write a whole number of days, or leave it out to keep them.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    Whether an answer is a score inside its question's scale: those are figures, and nobody's words. Without `between`,
    which Spark's optimizer loses in the condition of a merge.
-#}
{% macro is_score(question_type, answer) -%}
    {%- set number = 'number_or_null(' ~ answer ~ ')' -%}
    coalesce(
        {{ question_type }} = 'csat' and {{ number }} >= 1 and {{ number }} <= 5
        or {{ question_type }} = 'nps' and {{ number }} >= 0 and {{ number }} <= 10
        or {{ question_type }} = 'fcr' and lower({{ answer }}) in ('yes', 'no', '0', '1'),
        false
    )
{%- endmacro %}

{#- The text of an answer where it is a score. -#}
{% macro score_or_null(answer) -%}
    case when {{ is_score('answer.question_type', answer) }} then {{ answer }} end
{%- endmacro %}

{#- A list of messages without texts where `is_old` says so of a message. -#}
{% macro messages_without_texts(messages, is_old) -%}
    {{ array_map(messages, 'message', struct_with(
        'message',
        [
            'sent_ms', 'sequence_number', 'dialog_id', 'participant_id', 'sent_by', 'audience', 'message_id',
            'message_type', 'message_text',
        ],
        'message_text',
        'case when not (' ~ is_old ~ ') then message.message_text end',
    )) }}
{%- endmacro %}

{#- A list of surveys without answers in words. -#}
{% macro surveys_without_words(surveys) -%}
    {%- set answer = struct_with(
        'answer', ['question', 'question_type', 'answer_text', 'is_valid_answer'], 'answer_text',
        score_or_null('answer.answer_text'),
    ) -%}
    {{ array_map(surveys, 'survey', struct_with(
        'survey', ['survey_type', 'survey_status', 'answers'], 'answers', array_map('survey.answers', 'answer', answer)
    )) }}
{%- endmacro %}

{#- A struct of these fields with another value of one of them. -#}
{% macro struct_with(item, names, field, value) -%}
    {%- set fields = {} -%}
    {%- for name in names -%}
        {%- do fields.update({name: value if name == field else item ~ '.' ~ name}) -%}
    {%- endfor -%}
    {{ struct(fields) }}
{%- endmacro %}

{#- Whether a list of surveys has answers in words. -#}
{% macro has_words(surveys) -%}
    {%- set is_word -%}
        answer.answer_text is not null and not {{ is_score('answer.question_type', 'answer.answer_text') }}
    {%- endset -%}
    {{ array_size(array_keep(surveys, 'survey', array_size(array_keep('survey.answers', 'answer', is_word)) ~ ' > 0')) }} > 0
{%- endmacro %}

{#- Statements that make the texts null that are older than the table `kept` says of their accounts. -#}
{% macro forget_texts(kept) -%}
    {%- set is_old = 'coalesce(message.sent_ms, held.started_ms) < kept.from_ms' -%}
    {%- set is_over = "coalesce(case when held.status = 'CLOSE' then held.ended_ms end, held.started_ms) < kept.from_ms" -%}
    {%- set of_account = 'held.account_id = kept.account_id and ' -%}
    {%- set conversations -%}
        (
            select
                conversations.account_id,
                conversations.conversation_id
            from {{ kept }} as kept
            inner join {{ built_relation('stg_liveperson__conversations') }} as conversations
                on kept.account_id = conversations.account_id
            where coalesce(conversations.closed_ms, conversations.started_ms) < kept.from_ms
        )
    {%- endset -%}
    {%- set of_conversation = of_account ~ 'held.conversation_id = kept.conversation_id and ' -%}
    {%- set answers = '[{"survey_place":"BIGINT","survey_type":"VARCHAR","survey_status":"VARCHAR","question":"VARCHAR",'
        ~ '"question_type":"VARCHAR","answer":"VARCHAR","is_valid_answer":"BOOLEAN"}]' -%}
    {%- set updates = [
        (
            'stg_liveperson__conversation_deliveries',
            'messages = ' ~ messages_without_texts('held.messages', is_old), kept,
            of_account
            ~ array_size(array_keep('held.messages', 'message', 'message.message_text is not null and ' ~ is_old)) ~ ' > 0',
        ),
        (
            'stg_liveperson__conversation_deliveries', 'surveys = ' ~ surveys_without_words('held.surveys'), kept,
            of_account ~ is_over ~ ' and ' ~ has_words('held.surveys'),
        ),
        (
            'stg_liveperson__survey_answers', 'answer_text = null, answer_number = null', conversations,
            of_conversation ~ 'held.answer_text is not null and not '
            ~ is_score('held.question_type', 'held.answer_text'),
        ),
    ] -%}
    {%- for name in ['int_marketplace__conversations', 'marketplace_conversations'] -%}
        {%- do updates.append((
            name,
            'survey_answers = ' ~ json_list_map('held.survey_answers', answers, 'answer', struct_with(
                'answer', fromjson(answers)[0].keys(), 'answer', score_or_null('answer.answer')
            )),
            conversations, of_conversation ~ "held.survey_answers <> '[]'",
        )) -%}
    {%- endfor -%}
    {%- for name, column, time, since in [
        ('stg_liveperson__messages', 'message_text', 'sent_ms', 'kept.from_ms'),
        ('int_marketplace__messages', 'message_text', 'sent_ms', 'kept.from_ms'),
        ('marketplace_messages', 'text', 'message_at', utc_timestamp('kept.from_ms')),
        ('stg_one_to_one__event_deliveries', 'feedback', 'occurred_ms', 'kept.from_ms'),
        ('stg_one_to_one__events', 'feedback', 'occurred_ms', 'kept.from_ms'),
        ('int_one_to_one__surveys', 'feedback', 'submitted_ms', 'kept.from_ms'),
        ('one_to_one_nps_feedback', 'feedback', 'submitted_at', utc_timestamp('kept.from_ms')),
    ] -%}
        {%- do updates.append((
            name, column ~ ' = null', kept,
            of_account ~ 'held.' ~ time ~ ' < ' ~ since ~ ' and held.' ~ column ~ ' is not null',
        )) -%}
    {%- endfor -%}
    {{ return(updates_of(updates)) }}
{%- endmacro %}

{#- Statements that make rejected lines null in deliveries before an instant. -#}
{% macro forget_raw_lines(before_ms) -%}
    {%- set updates = [] -%}
    {%- for feed, deliveries, current in landed_feeds() -%}
        {%- do updates.append((
            deliveries, 'raw_line = null', none, 'held.raw_line is not null and held.delivered_ms < ' ~ before_ms
        )) -%}
    {%- endfor -%}
    {%- for name in ['int_landing__quarantined_lines', 'quarantined_records'] -%}
        {%- do updates.append((
            name, 'raw_line = null', state_schema() ~ '.landed_files',
            'held.feed = kept.feed and held.file_name = kept.file_name and held.raw_line is not null '
            ~ 'and kept.delivered_ms < ' ~ before_ms,
        )) -%}
    {%- endfor -%}
    {{ return(updates_of(updates)) }}
{%- endmacro %}

{#- Statements that make the texts null of versions that are not current and were delivered before an instant. -#}
{% macro forget_superseded(before_ms) -%}
    {%- set updates = [] -%}
    {%- for deliveries, current, change, has_text in [
        (
            'stg_liveperson__conversation_deliveries', 'stg_liveperson__conversations',
            'messages = ' ~ messages_without_texts('held.messages', 'true') ~ ', surveys = '
            ~ surveys_without_words('held.surveys'),
            array_size(array_keep('held.messages', 'message', 'message.message_text is not null')) ~ ' > 0 or '
            ~ has_words('held.surveys'),
        ),
        ('stg_one_to_one__event_deliveries', 'stg_one_to_one__events', 'feedback = null', 'held.feedback is not null'),
    ] if built_relation(current) -%}
        {%- do updates.append((
            deliveries, change, none,
            'held.delivered_ms < ' ~ before_ms ~ ' and (' ~ has_text ~ ') and not exists (select 1 from '
            ~ built_relation(current) ~ ' as newest where held.file_name = newest.file_name '
            ~ 'and held.line_number = newest.line_number and held.record_place = newest.record_place)',
        )) -%}
    {%- endfor -%}
    {{ return(updates_of(updates)) }}
{%- endmacro %}

{#-
    Updates of those relations that have been built and hold rows of their own, which a mart does where the engine has
    no views: of each a model's name, what follows `set`, a relation or a subquery in brackets that is called `kept`
    beside the rows that are `held` (or none), and a condition.
-#}
{% macro updates_of(updates) -%}
    {%- set statements = [] -%}
    {%- for name, change, beside, condition in updates -%}
        {%- set relation = built_relation(name) -%}
        {%- if relation and not relation.is_view -%}
            {%- do statements.append(update_rows(relation, change, beside, condition)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}

{#- A statement that changes the rows of a relation that fit, which are called `held`. -#}
{% macro update_rows(relation, change, beside, condition) -%}
    {{ return(adapter.dispatch('update_rows', 'parley')(relation, change, beside, condition)) }}
{%- endmacro %}

{% macro duckdb__update_rows(relation, change, beside, condition) -%}
    update {{ relation }} as held set {{ change }}{% if beside %} from {{ beside }} as kept{% endif %} where {{ condition }}
{%- endmacro %}
