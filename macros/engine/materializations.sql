{#-
    dbt's own materializations, spared where the relation already is what they would make of it. A test of rows that
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

{% materialization view, adapter='duckdb' -%}
    {#- a build killed while it made the view anew leaves the old one under its other name: dbt drops that -#}
    {%- set is_whole = load_cached_relation(make_backup_relation(this, 'view')) is none -%}
    {%- if is_whole and is_current(definition_of_model()) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}
    {{ return(dbt.materialization_view_default()) }}
{%- endmaterialization %}

{% materialization test, adapter='duckdb' -%}
    {%- if is_passed() -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 1, ledger().passed) -%}{%- endcall -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {{ return(dbt.materialization_test_default()) }}
{%- endmaterialization %}

{% macro leave_as_it_is() -%}
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
