{#-
    dbt's materializations on Spark, whose tables (Iceberg) each change in one atomic statement, and never two of them.
    So a model's last statement is its row in model_states: until that is there, the next build starts from the state
    before, and does again what was done (macros/engine/spark/increments.sql). A view is a table, because the catalog of
    a folder has no views; it is made anew when anything that it reads has changed.
-#}
{% materialization incremental, adapter='spark' -%}
    {%- if is_current() -%}
        {{ return(leave_as_it_is()) }}
    {%- elif last_build() == 0 -%}
        {{ return(spark__whole_table()) }}
    {%- elif config.get('incremental_strategy') == 'replace_units' and touched().all == 0 -%}
        {%- do spark__commit_state(is_full=false, is_changed=false) -%}
        {%- do run_query('drop table if exists ' ~ touched_table()) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}
    {{ return(spark__appended_rows() if config.get('incremental_strategy') == 'append' else spark__replaced_rows()) }}
{%- endmaterialization %}

{% materialization table, adapter='spark' -%}
    {{ return(leave_as_it_is() if is_current(definition_of_model()) else spark__whole_table()) }}
{%- endmaterialization %}

{% materialization view, adapter='spark' -%}
    {%- set is_same = is_current(definition_of_model()) and newest_read(model) <= ledger().known[model.name] -%}
    {{ return(leave_as_it_is() if is_same else spark__whole_table()) }}
{%- endmaterialization %}

{% materialization test, adapter='spark' -%}
    {%- if is_passed() -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 1, ledger().passed) -%}{%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {{ return(dbt.materialization_test_default()) }}
{%- endmaterialization %}

{#- The whole table, in place of the one there is. -#}
{% macro spark__whole_table() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set query = sql -%}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(sql) -%}
        {%- set query = get_select_subquery(sql) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace table {{ relation }} {{ spark_table_clause() }} as {{ query }}
    {%- endcall -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do spark__commit_state(is_full=true, is_changed=true, definition=definition_of_model()) -%}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}

{#- In which format tables are made. -#}
{% macro spark_table_clause() -%}
    using {{ spark__table_format() }}
{%- endmacro %}

{% macro spark__table_format() -%}
    {{ return(env_var('PARLEY_SPARK_TABLE_FORMAT', 'iceberg') or 'iceberg') }}
{%- endmacro %}

{#- A table like any other: what is cached would be computed anew whenever another model writes to the ledger. -#}
{% macro spark__touched_table() -%}
    {{ return(state_schema() ~ '.' ~ model.name ~ '__touched') }}
{%- endmacro %}

{% macro spark__create_touched_table(name, query) -%}
    create or replace table {{ name }} {{ spark_table_clause() }} as {{ query }}
{%- endmacro %}

{#- dbt-spark would put a backslash before the mark, which the models' dialect has as a character. -#}
{% macro spark__escape_single_quotes(expression) -%}
    {{ expression | replace("'", "''") }}
{%- endmacro %}

{#- A list or struct as DuckDB reads it from a text, such as unit tests expect: words without quotation marks are texts. -#}
{% macro spark__safe_cast(field, type) -%}
    {%- if cast_from_string_unsupported_for(type) and field is string -%}
        {%- set field = modules.re.sub("': (?!NULL|['[{])([^,}]*)", "': '\\1'", field.strip("'") | replace("''", "'")) -%}
    {%- endif -%}
    cast({{ field }} as {{ type }})
{%- endmacro %}

{#- A contract's types as Spark calls them. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
    {%- set named = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set data_type = 'string' if column.data_type == 'varchar' else column.data_type -%}
        {%- do named.update({name: dict(column, data_type=data_type)}) -%}
    {%- endfor -%}
    {{ return(default__get_empty_schema_sql(named)) }}
{%- endmacro %}

{#- Descriptions as comments, those of all columns in one statement: each is a commit of the table. -#}
{% macro spark__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if config.persist_relation_docs() and config.persist_column_docs() -%}
        {#- tables of plain files take one column at a time -#}
        {%- set another = '; alter table ' ~ relation ~ ' alter column' if spark__table_format() == 'parquet' else ',' -%}
        {%- set comments -%}
            comment on table {{ relation }} is '{{ model.description | replace("'", "''") }}';
            alter table {{ relation }} alter column
            {%- for name, column in model.columns.items() %}
                {{ adapter.quote(name) }} comment '{{ column.description | replace("'", "''") }}' {{- another if not loop.last }}
            {%- endfor %}
        {%- endset -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
