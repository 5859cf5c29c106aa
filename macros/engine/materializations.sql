{#-
    dbt's materializations, spared where the relation already is what they would make of it. A test of rows that
    have not changed since it passed is not asked again.
-#}
{% materialization incremental, adapter='duckdb' -%}
    {%- if is_current() -%}
        {{ return(leave_as_it_is()) }}
    {%- elif last_build() > 0 and config.get('incremental_strategy') == 'replace_units' and touched().all == 0 -%}
        {%- do run_query(record_state(is_full=false, is_changed=false)) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}
    {{ return(dbt.materialization_incremental_duckdb()) }}
{%- endmaterialization %}

{% materialization table, adapter='duckdb' -%}
    {{ return(leave_as_it_is() if is_current(definition_of_model()) else dbt.materialization_table_duckdb()) }}
{%- endmaterialization %}

{#- Made anew inside one transaction: dbt's own way takes six statements to rename views. -#}
{% materialization view, adapter='duckdb' -%}
    {%- if is_current(definition_of_model()) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}
    {%- set old_relation = load_cached_relation(this) -%}
    {%- set new_relation = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if old_relation is not none %}
        drop {{ old_relation.type }} {{ old_relation }};
        {%- endif %}
        {{ get_create_view_as_sql(new_relation, sql) }}
    {%- endcall -%}
    {%- do persist_docs(new_relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [new_relation]}) }}
{%- endmaterialization %}

{% materialization test, adapter='duckdb' -%}
    {%- if is_passed() -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 1, ledger().passed) -%}{%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {{ return(dbt.materialization_test_default()) }}
{%- endmaterialization %}

{#- A build that was killed between a full refresh's commit and its end leaves the table of before under another name. -#}
{% macro leave_as_it_is() -%}
    {%- do drop_relation_if_exists(load_cached_relation(make_backup_relation(this, 'table'))) -%}
    {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) -%}{%- endcall -%}
    {{ return({'relations': [this.incorporate(type='view' if model.config.materialized == 'view' else 'table')]}) }}
{%- endmacro %}

{#- A table of the session at hand, replaced if there is one. -#}
{% macro create_touched_table(name, query) -%}
    {{ return(adapter.dispatch('create_touched_table', 'parley')(name, query)) }}
{%- endmacro %}

{% macro duckdb__create_touched_table(name, query) -%}
    create or replace temporary table {{ name }} as {{ query }}
{%- endmacro %}

{#- dbt's hook that writes descriptions as comments: a contract says that the columns are there, nothing is asked first. -#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if config.persist_relation_docs() and config.persist_column_docs() -%}
        {%- set comments -%}
            {{ alter_relation_comment(relation, model.description) }}
            {%- for name, column in model.columns.items() %}
            comment on column {{ relation }}.{{ adapter.quote(name) }} is {{ duckdb_escape_comment(column.description) }};
            {%- endfor %}
        {%- endset -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
