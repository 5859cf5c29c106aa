{#-
    What a test of one row, or of a key, looks at in an incremental build: the rows this build may have replaced. All
    others were looked at when they were built, so tests cost what the build's news cost and not what history costs.
    A full build, a build after one in which not every test passed (or ran), `dbt test`, and every other kind of
    test look at everything. The table tested_builds beside the ledger of builds has one row: the newest build in
    which every test passed.
-#}

{#- Start of every invocation: make the table. -#}
{% macro open_tests() -%}
    {%- if flags.WHICH in ('run', 'build') -%}
    create table if not exists {{ state_schema() }}.tested_builds (build_id bigint)
    {%- endif -%}
{%- endmacro %}

{#- End of an invocation: note the build if every test there is passed in it. -#}
{% macro close_tests(results) -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set passed = results | selectattr('status', 'equalto', 'pass') | map(attribute='node.unique_id') | list -%}
        {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') -%}
        {%- if tests | map(attribute='unique_id') | reject('in', passed) | list | length == 0 -%}
            delete from {{ state_schema() }}.tested_builds;
            insert into {{ state_schema() }}.tested_builds select max(build_id) from {{ state_schema() }}.builds;
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- dbt's hook on the relation of every generic test: its `where`, and the changed rows where that is enough. -#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where'), changed_rows()] | select | list -%}
    {%- if not conditions -%}
        {{ return(relation) }}
    {%- endif -%}
    {{ return('(select * from ' ~ relation ~ ' where (' ~ conditions | join(') and (') ~ ')) as dbt_subquery') }}
{%- endmacro %}

{#- The condition that keeps the rows this build may have replaced, or none where a test has to see all. -#}
{% macro changed_rows() -%}
    {%- set tested = graph.nodes.get(model.get('attached_node')) if execute else none -%}
    {%- set kind = model.get('test_metadata', {}).get('name') -%}
    {%- if flags.WHICH != 'build' or not tested or tested.config.materialized != 'incremental' -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set account_column, unit_column = tested.config.get('unit') or ['account_id', none] -%}
    {%- set arguments = model.test_metadata.kwargs -%}
    {%- set key = arguments.get('column_list') or [arguments.get('column_name')] -%}
    {%- if kind in tests_of_keys() -%}
        {#- rows of two units may only collide where the unit is no part of the key -#}
        {%- if unit_column and unit_column not in key -%}
            {{ return(none) }}
        {%- endif -%}
    {%- elif kind not in tests_of_rows() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set since = tested_until(tested.alias) -%}
    {{ return(rows_since(tested, account_column, unit_column, since) if since > 0 else none) }}
{%- endmacro %}

{% macro tests_of_keys() -%}
    {{ return(['expect_compound_columns_to_be_unique', 'expect_column_values_to_be_unique']) }}
{%- endmacro %}

{% macro tests_of_rows() -%}
    {{ return([
        'expect_column_values_to_be_between', 'expect_column_values_to_be_in_set',
        'expect_column_values_to_not_be_in_set', 'expression_is_true', 'part_within_whole',
    ]) }}
{%- endmacro %}

{#-
    The build before this one that computed the model; 0 where this one computed it from nothing or not at all, and
    where its rows have not all passed their tests since.
-#}
{% macro tested_until(model_name) -%}
    {%- set query -%}
        select
            coalesce(max(case when build_id = {{ this_build() }} and not is_full then 1 end), 0) as is_incremental,
            coalesce(max(case when build_id < {{ this_build() }} then build_id end), 0) as before,
            (select coalesce(max(tested.build_id), 0) from {{ state_schema() }}.tested_builds as tested) as tested
        from {{ state_schema() }}.model_builds
        where model_name = '{{ model_name }}'
    {%- endset -%}
    {%- set found = run_query(query) -%}
    {%- set is_incremental, before, tested = found.rows[0] -%}
    {{ return(before | int if is_incremental == 1 and tested >= before else 0) }}
{%- endmacro %}

{#- The rows of units that changed since a build, by what the model announces or is touched by; none where neither says. -#}
{% macro rows_since(tested, account_column, unit_column, since) -%}
    {%- if unit_column is none -%}
        {{ return('delivered_in_build > ' ~ since if 'delivered_in_build' in tested.columns else none) }}
    {%- endif -%}
    {%- set topics = [] -%}
    {%- for topic, column in tested.config.get('announces', {}).items() if column == unit_column -%}
        {%- do topics.append(topic) -%}
    {%- endfor -%}
    {%- if not topics and not tested.config.get('touched_via') -%}
        {%- do topics.extend(tested.config.get('touched_by') or []) -%}
    {%- endif -%}
    {%- if not topics -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set changes -%}
        from {{ state_schema() }}.changes where build_id > {{ since }} and topic in ('{{ topics | join("', '") }}')
    {%- endset -%}
    {%- set condition -%}
        ({{ account_column }}, {{ unit_column }}) in (
            select account_id, cast(entity_id as {{ tested.config.get('unit_type', 'varchar') }})
            {{ changes }} and topic <> 'account'
        )
        or {{ account_column }} in (select account_id {{ changes }} and topic = 'account')
    {%- endset -%}
    {{ return(condition) }}
{%- endmacro %}
