{#- Stop the run with the one sentence that says what is wrong with settings, landing root or selection, if anything. -#}
{% macro check_landing_root() %}
    {%- if execute and flags.WHICH in ('run', 'build') -%}
        {%- set problem = (
            unknown_loss_problem() or landing_problem() or other_root_problem() or lost_files_problem()
            or lost_settings_problem() or lost_erasures_problem() or retention_problem() or pseudonym_key_problem()
            or missing_inputs_problem()
        ) -%}
    {%- elif execute and flags.WHICH == 'test' -%}
        {%- set problem = missing_inputs_problem() -%}
    {%- endif -%}
    {%- if problem -%}
        {%- do exceptions.raise_compiler_error(problem) -%}
    {%- endif -%}
{% endmacro %}

{% macro landing_problem() -%}
    {{ return(adapter.dispatch('landing_problem', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__landing_problem() -%}
    {{ return(run_query('select parley_landing_problem()').columns[0].values()[0]) }}
{%- endmacro %}

{#-
    Pre-hook of a model that reads a feed's lines: note the files there are now that were never read, and open them
    for the model's one scan. The note is part of the model's transaction: a file counts as read exactly when its
    lines are stored, and one that is gone before it was read is as if it had never come.
-#}
{% macro open_feed(feed) -%}
    {{ return(adapter.dispatch('open_feed', 'parley')(feed)) }}
{%- endmacro %}

{% macro duckdb__open_feed(feed) -%}
    {%- set state = state_schema() -%}
    {%- if last_build() == 0 -%}
        select parley_hold_files('{{ feed }}', (
            select list(file_name) from {{ state }}.landed_files where feed = '{{ feed }}'
        ));
        delete from {{ state }}.landed_files where feed = '{{ feed }}';
    {%- endif %}
    insert into {{ state }}.landed_files
    select files.feed, files.file_name, files.delivered_ms, {{ this_build() }}, files.bytes, files.modified_ns
    from {{ source('landing', 'files') }} as files
    where
        files.feed = '{{ feed }}'
        and not exists (
            select 1 from {{ state }}.landed_files as known
            where known.feed = files.feed and known.file_name = files.file_name
        );
    select parley_open_feed('{{ feed }}', (
        select list(file_name) from {{ state }}.landed_files
        where feed = '{{ feed }}' and build_id = {{ this_build() }}
    ))
    {%- if feed in pseudonymised_feeds() %};
    {{ note_pseudonym_key(feed) }}
    {%- endif %}
{%- endmacro %}

{#- Names of the sources of lines that have files which no build has read. -#}
{% macro unread_feeds() -%}
    {{ return(adapter.dispatch('unread_feeds', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__unread_feeds() -%}
    {%- set query -%}
        select distinct files.feed
        from parley_landing_files as files
        left join {{ state_schema() }}.landed_files as known
            on files.feed = known.feed and files.file_name = known.file_name
        where known.file_name is null
    {%- endset -%}
    {%- set names = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do names.append('lines_' ~ row[0] | replace('/', '_')) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{#-
    Post-hook of such a model: a file that could not be read to its end leaves nothing behind, and is tried again by
    the next build. Where the model is computed anew, a file that was read before may not be lost so.
-#}
{% macro check_feed(feed) -%}
    {{ return(adapter.dispatch('check_feed', 'parley')(feed)) }}
{%- endmacro %}

{% macro duckdb__check_feed(feed) -%}
    {%- if execute -%}
        {%- set names = "select unnest(parley_unreadable_files('" ~ feed ~ "'))" -%}
        {%- do refuse_lost_files(feed, "select unnest(parley_lost_files('" ~ feed ~ "'))") -%}
        {%- if run_query(names).rows | length > 0 -%}
    delete from {{ this }} where delivered_in_build = {{ this_build() }} and file_name in ({{ names }});
    delete from {{ state_schema() }}.landed_files
    where feed = '{{ feed }}' and build_id = {{ this_build() }} and file_name in ({{ names }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Stop where the query names files whose rows are held, and which cannot be read where all are read again. -#}
{% macro refuse_lost_files(feed, query) -%}
    {%- set lost = run_query(query).columns[0].values() | list -%}
    {%- if lost and not is_allowed('lost_files') -%}
        {%- do exceptions.raise_compiler_error(
            'Files of ' ~ feed ~ ' that the warehouse has read cannot be read any more: ' ~ shown_list(lost)
            ~ '. What came from them would be lost. Put them right, or set PARLEY_ALLOW=lost_files for one '
            ~ 'build if that is meant.'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Every audited feed: its folder, the model of all its delivered records, and the model of the current ones. -#}
{% macro landed_feeds() -%}
    {{ return([
        ('liveperson/web_sessions', 'stg_liveperson__web_session_deliveries', 'stg_liveperson__web_sessions'),
        (
            'liveperson/messaging_interactions',
            'stg_liveperson__conversation_deliveries',
            'stg_liveperson__conversations',
        ),
        (
            'liveperson/agent_status_changes',
            'stg_liveperson__agent_status_deliveries',
            'stg_liveperson__agent_status_changes',
        ),
        ('liveperson/configuration', 'stg_liveperson__configuration_deliveries', 'stg_liveperson__configuration'),
        ('attentive/events', 'stg_attentive__event_deliveries', 'stg_attentive__events'),
        ('attentive/orders', 'stg_attentive__order_deliveries', 'stg_attentive__orders'),
        ('one_to_one/events', 'stg_one_to_one__event_deliveries', 'stg_one_to_one__events'),
        ('one_to_one/orders', 'stg_one_to_one__order_deliveries', 'stg_one_to_one__orders'),
    ]) }}
{%- endmacro %}

{#- What touches a file, as touched_by tells it: its records are delivered, or become or cease to be current. -#}
{% macro touched_files(of_current=false) -%}
    {%- set found = {} -%}
    {%- if of_current -%}
        {%- do found.update({'stg_landing__files': {'account': 'feed', 'column': 'file_name'}}) -%}
    {%- endif -%}
    {%- for feed, deliveries, current in landed_feeds() -%}
        {%- set file = {'account': "'" ~ feed ~ "'", 'column': 'file_name'} -%}
        {%- do found.update({deliveries: file}) -%}
        {%- if of_current %}{% do found.update({current: file}) %}{% endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
