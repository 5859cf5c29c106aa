{#- Settings restate an account's whole history: their disappearance is asked about, and what is gone is forgotten. -#}

{#- What a user may allow for a build, with PARLEY_ALLOW, that loses something and is refused otherwise. -#}
{% macro losses() %}
    {{ return(['lost_settings', 'lost_files', 'lost_erasures', 'other_root']) }}
{% endmacro %}

{#- Whether PARLEY_ALLOW names this loss. -#}
{% macro is_allowed(loss) %}
    {{ return(loss in allowed_losses()) }}
{% endmacro %}

{#- The words of PARLEY_ALLOW. -#}
{% macro allowed_losses() %}
    {{ return(env_var('PARLEY_ALLOW', '').split(',') | map('trim') | select | list) }}
{% endmacro %}

{#- The sentence that names a word of PARLEY_ALLOW that allows nothing, or none. -#}
{% macro unknown_loss_problem() %}
    {%- for word in allowed_losses() if word not in losses() -%}
        {{ return(
            'PARLEY_ALLOW says ' ~ shown(word) ~ ', which is nothing that can be allowed. Write one or more of '
            ~ losses() | join(', ') ~ ', with commas between them.'
        ) }}
    {%- endfor -%}
{% endmacro %}

{#- The sentence that names the accounts whose settings would be lost, or none. -#}
{% macro lost_settings_problem() %}
    {%- set known = built_relation('int_accounts') -%}
    {%- if not known or is_allowed('lost_settings') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set configured = built_relation('stg_accounts') -%}
    {%- set landed = source('landing', 'accounts') -%}
    {%- set query -%}
        select
            held.account_id,
            (select count(*) from {{ landed }} as landed) = 0 as is_file_gone
        from (
            select account_id from {{ known }}
            where {{ has_own_settings(adapter.get_columns_in_relation(known) | map(attribute='name') | list) }}
            {%- if configured %}
            union
            select account_id from {{ configured }}
            where not exists (select 1 from {{ landed }} as landed)
            {%- endif %}
        ) as held
        where held.account_id not in (select landed.account_id from {{ landed }} as landed)
        order by held.account_id
    {%- endset -%}
    {%- set lost = run_query(query).rows -%}
    {%- if lost | length == 0 -%}
        {{ return(lost_columns_problem(known, landed)) }}
    {%- endif -%}
    {%- set named = lost | map(attribute=0) | list -%}
    {%- set gone = 'accounts.csv is gone, and with it the settings of ' -%}
    {%- set fewer = 'accounts.csv has no line any more for accounts with settings: ' -%}
    {{ return(
        (gone if lost[0][1] else fewer) ~ shown_list(named)
        ~ '. With the default settings their whole history would be restated. Put the lines back, or set '
        ~ 'PARLEY_ALLOW=lost_settings for one build if that is meant.'
    ) }}
{% endmacro %}

{#- The sentence that names columns that accounts.csv does not have any more, of settings that accounts have, or none. -#}
{% macro lost_columns_problem(known, landed) %}
    {%- set built = adapter.get_columns_in_relation(known) | map(attribute='name') | list -%}
    {%- set gone = [] -%}
    {%- for column, condition in own_settings().items() if column in built -%}
        {%- set name = 'timezone' if column == 'time_zone' else column -%}
        {%- do gone.append(
            "select '" ~ name ~ "' as name from " ~ known ~ ' where ' ~ condition ~ ' and exists (select 1 from '
            ~ landed ~ ') and not exists (select 1 from ' ~ landed ~ " where contains(header, '," ~ name ~ ",'))"
        ) -%}
    {%- endfor -%}
    {%- set query = 'select distinct name from (' ~ gone | join(' union all ') ~ ') as gone order by name' -%}
    {%- set lost = run_query(query).columns[0].values() | list if gone else [] -%}
    {%- if lost -%}
        {{ return(
            'accounts.csv does not have these columns any more, and accounts have settings in them: '
            ~ lost | join(', ') ~ '. With the default settings their whole history would be restated. Put the columns '
            ~ 'back, or set PARLEY_ALLOW=lost_settings for one build if that is meant.'
        ) }}
    {%- endif -%}
{% endmacro %}

{#- Whether an account of int_accounts has other than the default settings; `columns` are those that it has. -#}
{% macro has_own_settings(columns) -%}
    {%- set conditions = [] -%}
    {%- for column, condition in own_settings().items() if column in columns -%}
        {%- do conditions.append(condition) -%}
    {%- endfor -%}
    ({{ conditions | join(' or ') }})
{%- endmacro %}

{#- What says of each setting of int_accounts that it is not the default. -#}
{% macro own_settings() -%}
    {{ return({
        'account_name': "account_name <> 'unknown'",
        'time_zone': "time_zone <> 'UTC'",
        'currency': "currency <> 'USD'",
        'provider_account_id': 'provider_account_id is not null',
        'transcript_sharing': 'transcript_sharing',
        'cross_session_window_days': 'cross_session_window_days <> 31',
        'touch_rule': "touch_rule <> 'last'",
        'agent_credit': "agent_credit <> 'last'",
        'control_group_share': 'control_group_share <> 0.1',
        'site_control_group_share': 'site_control_group_share <> 0.05',
        'concierge_idle_hours': 'concierge_idle_hours <> 48',
        'concierge_attribution_days': 'concierge_attribution_days <> 5',
        'one_to_one_attribution_days': 'one_to_one_attribution_days <> 30',
        'transcript_retention_days': 'transcript_retention_days is not null',
    }) }}
{%- endmacro %}

{#-
    A text for a sentence, in quotation marks: what a terminal would act on, or not show, is written as escapes, as
    parley.landing.texts has them. The last 128 of U+DC00 to U+DCFF stand for bytes of a text that is no UTF-8.
-#}
{% macro shown(text) %}
    {%- set found = [] -%}
    {%- for character in text -%}
        {%- set code = character.encode('latin-1', 'backslashreplace') -%}
        {%- if character == '"' -%}
            {%- do found.append('\\"') -%}
        {%- elif character.isprintable() -%}
            {%- do found.append(character) -%}
        {%- elif code | length == 1 -%}
            {%- do found.append('\\x' ~ code.hex()) -%}
        {%- elif '\udc80' <= character <= '\udcff' -%}
            {%- do found.append('\\x' ~ code.decode()[-2:]) -%}
        {%- else -%}
            {%- do found.append(code.decode()) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('"' ~ (found | join) ~ '"') }}
{% endmacro %}

{#- The first few of some texts for a sentence, in quotation marks, and how many more there are. -#}
{% macro shown_list(texts, most=5) %}
    {%- set first = [] -%}
    {%- for text in texts[:most] -%}
        {%- do first.append(shown(text)) -%}
    {%- endfor -%}
    {%- set more = texts | length - most -%}
    {{ return((first | join(', ')) ~ (' and ' ~ more ~ ' more' if more > 0 else '')) }}
{% endmacro %}

{#- The relation of a model in the warehouse, or none where it has not been built. -#}
{% macro built_relation(name) %}
    {%- set node = graph.nodes['model.parley.' ~ name] -%}
    {{ return(adapter.get_relation(node.database, node.schema, node.alias)) }}
{% endmacro %}

{#- Post-hook of int_accounts: an account that nobody names any more has no row, and what hangs on it is touched. -#}
{% macro forget_accounts(seen) -%}
    {%- set forgotten = 'from ' ~ this ~ ' where account_id not in (select seen.account_id from ' ~ seen ~ ' as seen)' -%}
    {%- if last_build() > 0 and run_query('select count(*) ' ~ forgotten).rows[0][0] > 0 -%}
    {{ record_state(is_full=false, is_changed=true) }};
    insert into {{ state_schema() }}.changed_values
    select '{{ model.name }}', 'account_id', account_id, account_id, {{ this_build() }} {{ forgotten }};
    delete {{ forgotten }}
    {%- endif -%}
{%- endmacro %}
