{#-
    What a test of one row, or of a key, looks at in an incremental build: the rows this build may have replaced. All
    others were looked at when they were built, so tests cost what the build's news cost and not what history costs.
    A test that reads nothing that changed since it passed is not asked again. A full build, a build after one in
    which not every test passed (or ran), `dbt test`, and every other kind of test look at everything. The table
    passed_tests beside the ledger of builds has one row: the newest build in which every test passed, and a digest
    of what the tests were.
-#}

{#- What the project's tests are, as a digest. -#}
{% macro definition_of_tests() -%}
    {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') | sort(attribute='unique_id') -%}
    {%- set told = [] -%}
    {%- for test in tests %}{% do told.append(test.unique_id ~ test.raw_code) %}{% endfor -%}
    {{ return(local_md5(told | join)) }}
{%- endmacro %}

{#- End of an invocation: note the build if every test there is passed in it. -#}
{% macro close_tests(results) -%}
    {%- if execute and flags.WHICH == 'build' -%}
        {%- set passed = results | selectattr('status', 'equalto', 'pass') | map(attribute='node.unique_id') | list -%}
        {%- set tests = graph.nodes.values() | selectattr('resource_type', 'equalto', 'test') -%}
        {%- if tests | map(attribute='unique_id') | reject('in', passed) | list | length == 0 -%}
            delete from {{ state_schema() }}.passed_tests;
            insert into {{ state_schema() }}.passed_tests
            select max(build_id), '{{ definition_of_tests() }}' from {{ state_schema() }}.builds;
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- Whether the test at hand passed, and nothing that it reads changed since. -#}
{% macro is_passed() -%}
    {{ return(flags.WHICH == 'build' and newest_read(model) <= ledger().tested) }}
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
    {%- set unit = tested.config.get('unit') or tested.config.get('unique_key') or ['account_id', none] -%}
    {%- set account_column, unit_column = unit[0], unit[-1] -%}
    {%- set arguments = model.test_metadata.kwargs -%}
    {%- set key = arguments.get('column_list') or [arguments.get('column_name')] -%}
    {%- if kind in tests_of_keys() -%}
        {#- rows of two units may only collide where the unit is no part of the key -#}
        {%- if unit_column and unit_column not in key -%}
            {{ return(none) }}
        {%- endif -%}
    {%- elif kind != 'rows_hold' -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set since = tested_until(tested.alias) -%}
    {{ return(rows_since(tested, account_column, unit_column, since) if since > 0 else none) }}
{%- endmacro %}

{% macro tests_of_keys() -%}
    {{ return(['expect_compound_columns_to_be_unique', 'expect_column_values_to_be_unique']) }}
{%- endmacro %}

{#-
    The build before this one that computed the model; 0 where this one computed it from nothing or not at all, and
    where its rows have not all passed their tests since.
-#}
{% macro tested_until(model_name) -%}
    {%- set ledger = ledger() -%}
    {%- set before = ledger.known.get(model_name, 0) -%}
    {%- set is_incremental = ledger.changed.get(model_name) == ledger.build and ledger.full.get(model_name) != ledger.build -%}
    {{ return(before if is_incremental and ledger.tested >= before else 0) }}
{%- endmacro %}

{#- The rows of units that changed since a build, by what others wait for or the model is touched by; none where neither says. -#}
{% macro rows_since(tested, account_column, unit_column, since) -%}
    {%- if unit_column is none -%}
        {{ return('delivered_in_build > ' ~ since if 'delivered_in_build' in tested.columns else none) }}
    {%- endif -%}
    {%- set waited_for = ledger().waited_for.get(tested.name, {'columns': {}})['columns'] -%}
    {%- if unit_column in waited_for and waited_for[unit_column].account == account_column -%}
        {%- set units -%}
            select account_id as touched_account, changed_value as touched_unit
            from {{ state_schema() }}.changed_values
            where
                build_id > {{ since }}
                and model_name = '{{ tested.name }}'
                and column_name = '{{ unit_column }}'
        {%- endset -%}
    {%- elif tested.config.get('touched_by') -%}
        {%- set units = touched_units(tested, since) -%}
    {%- else -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set condition -%}
        exists (
            select 1 from ({{ units }}) as touched
            where
                touched_account = {{ account_column }}
                and (touched_unit is null or touched_unit = cast({{ unit_column }} as {{ tested.config.get('unit_type', 'string') }}))
        )
    {%- endset -%}
    {{ return(condition) }}
{%- endmacro %}
