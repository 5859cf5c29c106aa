{#- The landing root on Spark: temporary views over the data source of src/parley/spark/landing.py. -#}

{#- Where the build says which files it has opened, and workers which they could not read. -#}
{% macro spark__opened_folder() -%}
    {{ return((env_var('PARLEY_SPARK_WAREHOUSE', 'warehouse/spark') or 'warehouse/spark') ~ '/opened') }}
{%- endmacro %}

{% macro spark__landing_view(name, options) -%}
    create or replace temporary view parley_landing_{{ name }} using parley_landing options (
        root '{{ (env_var("PARLEY_LANDING_ROOT", "landing/demo") or "landing/demo") | replace("'", "''") }}',
        opened '{{ spark__opened_folder() | replace("'", "''") }}',
        longest_line '{{ env_var("PARLEY_LONGEST_LINE", "67108864") or "67108864" }}'
        {%- for option, value in options.items() -%}
            , {{ option }} '{{ value | replace("'", "''") }}'
        {%- endfor -%}
    )
{%- endmacro %}

{#- The statements that make the views of what is no feed's. -#}
{% macro spark__landing_relations() -%}
    {%- set statements = [] -%}
    {%- for name in ['files', 'unread_files', 'unreadable_files', 'accounts', 'erasures', 'problem'] -%}
        {%- do statements.append(spark__landing_view(name, {'relation': name})) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}

{#- What is wrong with the root; settings are read once a run, so that those are used which were checked. -#}
{% macro spark__landing_problem() -%}
    {%- set problem = run_query('select problem from parley_landing_problem').rows[0][0] -%}
    {%- if problem is none -%}
        {%- set kept = state_schema() ~ '.landed_accounts' -%}
        {%- do run_query(
            'create schema if not exists ' ~ state_schema() ~ '; create or replace table ' ~ kept ~ ' '
            ~ spark_table_clause() ~ ' as select * from parley_landing_accounts; '
            ~ 'create or replace temporary view parley_landing_accounts as select * from ' ~ kept
        ) -%}
    {%- endif -%}
    {{ return(problem) }}
{%- endmacro %}

{#-
    The files that were never read go to the ledger, and from there to a folder that workers read, beside which they note
    those that they could not read to their ends. Where the model is computed from nothing, what the ledger said before
    stays until the model's rows have been replaced; and since nothing brings back replaced rows, the files are read to
    their ends before, too, so that none whose rows are held is lost.
-#}
{% macro spark__open_feed(feed) -%}
    {%- if execute -%}
        {%- set state, folder = state_schema(), feed | replace('/', '_') -%}
        {%- set opened -%}
            insert into {{ state }}.landed_files
            select files.feed, files.file_name, files.delivered_ms, {{ this_build() }}, files.bytes, files.modified_ns
            from parley_landing_files as files
            where
                files.feed = '{{ feed }}'
                {%- if last_build() > 0 %}
                and not exists (
                    select 1 from {{ state }}.landed_files as known
                    where known.feed = files.feed and known.file_name = files.file_name
                )
                {%- endif %};
            insert overwrite directory '{{ spark__opened_folder() }}/{{ folder }}' using json
            select file_name, bytes from {{ state }}.landed_files
            where feed = '{{ feed }}' and build_id = {{ this_build() }};
            insert overwrite directory '{{ spark__opened_folder() }}/unreadable/{{ folder }}' using json
            select feed, file_name from {{ state }}.landed_files where false;
            {{ spark__landing_view('lines_' ~ folder, {
                'relation': 'lines', 'feed': feed, 'held': [graph.parley_pseudonym_key] | select | list | tojson
            }) }};
            {{ note_pseudonym_key(feed) if feed in pseudonymised_feeds() }}
        {%- endset -%}
        {%- do run_query(opened) -%}
        {%- if last_build() == 0 and built_relation(model.name) -%}
            {%- do run_query('select count(*) from parley_landing_lines_' ~ folder) -%}
            {%- do refuse_lost_files(feed,
                'select distinct held.file_name from ' ~ built_relation(model.name) ~ ' as held where held.file_name in ('
                ~ spark__unreadable_files(feed) ~ ') order by held.file_name'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The query of a feed's files that workers could not read to their ends. -#}
{% macro spark__unreadable_files(feed) -%}
    select noted.file_name from parley_landing_unreadable_files as noted where noted.feed = '{{ feed }}'
{%- endmacro %}

{#-
    No line of an unreadable file was stored; the ledger forgets it, so that the next build tries again. It also forgets
    what the rows came from that were replaced.
-#}
{% macro spark__check_feed(feed) -%}
    {%- if execute -%}
    {%- if last_build() == 0 %}
    delete from {{ state_schema() }}.landed_files where feed = '{{ feed }}' and build_id < {{ this_build() }};
    {%- endif %}
    delete from {{ state_schema() }}.landed_files
    where
        feed = '{{ feed }}'
        and build_id = {{ this_build() }}
        and file_name in ({{ spark__unreadable_files(feed) }})
    {%- endif -%}
{%- endmacro %}

{% macro spark__unread_feeds() -%}
    {{ return(duckdb__unread_feeds()) }}
{%- endmacro %}

{% macro spark__landing_root() -%}
    (select location from parley_landing_problem)
{%- endmacro %}

{#- The key is found or made by a worker; what is known of it here is its fingerprint. -#}
{% macro spark__settled_key_problem(held) -%}
    {%- do run_query(spark__landing_view('pseudonym_key', {'relation': 'pseudonym_key', 'held': held | tojson})) -%}
    {%- set problem, fingerprint = run_query('select problem, fingerprint from parley_landing_pseudonym_key').rows[0].values() -%}
    {%- do graph.update({'parley_pseudonym_key': fingerprint}) -%}
    {{ return(problem) }}
{%- endmacro %}

{% macro spark__pseudonym_key() -%}
    '{{ graph.parley_pseudonym_key }}'
{%- endmacro %}

{% macro spark__landed_files_table() -%}
    create table if not exists {{ state_schema() }}.landed_files (
        feed string, file_name string, delivered_ms bigint, build_id bigint, bytes bigint, modified_ns bigint
    )
{%- endmacro %}
