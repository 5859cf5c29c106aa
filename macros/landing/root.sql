{#- What is said of the landing root as a whole: another root, files that would be lost, files that are not read. -#}

{#- The sentence that says that the warehouse was built from another landing root, or none; notes the root it is. -#}
{% macro other_root_problem() %}
    {%- set state = state_schema() -%}
    {%- do run_query('create schema if not exists ' ~ state) -%}
    {%- do run_query('create table if not exists ' ~ state ~ '.landing_root (location string)') -%}
    {%- do run_query(landed_files_table()) -%}
    {%- set query -%}
        select {{ landing_root() }}, max(roots.location)
        from {{ state }}.landing_root as roots
    {%- endset -%}
    {%- set here, before = run_query(query).rows[0].values() -%}
    {%- if before == here -%}
        {{ return(none) }}
    {%- endif -%}
    {#- a root that was moved still has some of the files -#}
    {%- set query -%}
        select count(*) as files_read, count(files.file_name) as files_there
        from {{ state }}.landed_files as known
        left join {{ source('landing', 'files') }} as files
            on known.feed = files.feed and known.file_name = files.file_name and known.bytes = files.bytes
    {%- endset -%}
    {%- set files_read, files_there = run_query(query).rows[0].values() -%}
    {%- if before and files_read > 0 and files_there == 0 and not is_allowed('other_root') -%}
        {{ return(
            'The warehouse was built from the landing root ' ~ before ~ ', and ' ~ here ~ ' has none of its files. '
            ~ 'Set PARLEY_WAREHOUSE to another file or PARLEY_LANDING_ROOT to the root it was '
            ~ 'built from, or set PARLEY_ALLOW=other_root for one build if that is meant.'
        ) }}
    {%- endif -%}
    {%- do run_query(
        'create or replace table ' ~ state ~ '.landing_root as select ' ~ landing_root() ~ ' as location'
    ) -%}
{% endmacro %}

{#- What tells one landing root from another, as an expression. -#}
{% macro landing_root() -%}
    {{ return(adapter.dispatch('landing_root', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__landing_root() -%}
    parley_landing_root()
{%- endmacro %}

{#- The ledger of landed files, where there is none yet. -#}
{% macro landed_files_table() -%}
    {{ return(adapter.dispatch('landed_files_table', 'parley')()) }}
{%- endmacro %}

{% macro duckdb__landed_files_table() -%}
    create table if not exists {{ state_schema() }}.landed_files (
        feed string, file_name string, delivered_ms bigint, build_id bigint, bytes bigint, modified_ns bigint
    );
    alter table {{ state_schema() }}.landed_files add column if not exists bytes bigint;
    alter table {{ state_schema() }}.landed_files add column if not exists modified_ns bigint
{%- endmacro %}

{#- The sentence that names files whose data a full refresh would lose, as they are gone or empty now, or none. -#}
{% macro lost_files_problem() %}
    {%- if not flags.FULL_REFRESH or is_allowed('lost_files') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set refreshed = [] -%}
    {%- for feed, deliveries, current in landed_feeds() if 'model.parley.' ~ deliveries in selected_resources -%}
        {%- do refreshed.append(feed) -%}
    {%- endfor -%}
    {%- set query -%}
        select known.feed || '/' || known.file_name as path
        from {{ state_schema() }}.landed_files as known
        where
            known.feed in ('{{ refreshed | join("', '") }}')
            and not exists (
                select 1 from {{ source('landing', 'files') }} as files
                where
                    files.feed = known.feed and files.file_name = known.file_name
                    and (files.bytes > 0 or coalesce(known.bytes, 0) = 0)
            )
        order by path
    {%- endset -%}
    {%- set lost = run_query(query).columns[0].values() | list -%}
    {%- if lost -%}
        {{ return(
            'A full refresh would lose what came from files that are not in the landing root any more, or empty: '
            ~ shown_list(lost) ~ '. Mount or restore them, or set PARLEY_ALLOW=lost_files for one build if that '
            ~ 'is meant.'
        ) }}
    {%- endif -%}
{% endmacro %}

{#- End of a run: say which files below the landing root are not read, each with its reason. -#}
{% macro tell_unread_files(results) %}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- if execute and flags.WHICH in ('run', 'build') and 'model.parley.unread_files' in built -%}
        {%- set unread = run_query(
            'select path, reason from ' ~ built_relation('unread_files') ~ ' order by reason, path'
        ).rows -%}
        {%- for reason, remedy in unread_remedies().items() -%}
            {%- set paths = unread | selectattr('reason', 'equalto', reason) | map(attribute='path') | list -%}
            {%- if paths -%}
                {%- do print('Not read (' ~ reason ~ '): ' ~ shown_list(paths) ~ '. ' ~ remedy) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- Why a file is not read, and what to do about it. -#}
{% macro unread_remedies() %}
    {{ return({
        'changed_after_read': 'It was read before it was changed, and what is new in it is missing. Deliver it again '
            ~ 'under a new name, or build with --full-refresh; write files elsewhere and rename them when whole.',
        'unreadable': 'The rest was built. Deliver it again under a new name, or give the user that runs dbt '
            ~ 'permission to read it; the next build tries again.',
        'link_leads_out': 'Links out of the landing root are not followed. Put the files themselves there.',
        'name_not_utf8': 'Its name is no UTF-8. Rename it.',
        'no_file': 'It is neither a file nor a folder.',
        'name_off_pattern': 'Names of landed files are <Feed>.<from_ms>.<to_ms>.<anything>.json, .json.gz or .gz; <Feed> '
            ~ 'has no dot, and <anything> is not empty.',
        'unknown_ending': 'Names of landed files end in .json, .json.gz or .gz.',
        'unusable_delivery_time': 'The third part of the name is the delivery time in epoch milliseconds, from 2000 to '
            ~ '2100.',
        'unknown_folder': 'It lies below the folder of no feed.',
    }) }}
{% endmacro %}

{#-
    The sentence that says that the ledger of erasures is not where it was, or none: whoever was forgotten would be stored
    again when delivered again.
-#}
{% macro lost_erasures_problem() %}
    {%- set known = built_relation('stg_landing__erasures') -%}
    {%- if not known or is_allowed('lost_erasures') -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select count(*) from {{ known }} as known
        where not exists (
            select 1 from {{ source('landing', 'erasures') }} as held where held.request_id = known.request_id
        )
    {%- endset -%}
    {%- set lost = run_query(query).rows[0][0] -%}
    {%- if lost == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(
        'The ledger of erasures does not have ' ~ lost ~ ' of the requests that the warehouse knows, so people who were '
        ~ 'forgotten would come back. Put its folder back, set PARLEY_ERASURES to where it is, or set '
        ~ 'PARLEY_ALLOW=lost_erasures for one build if that is meant.'
    ) }}
{% endmacro %}
