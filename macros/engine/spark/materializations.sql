{#-
    dbt's materializations on Spark. Each makes the whole table anew in one atomic statement; a view is a table, because
    the catalog of a folder has no views.
-#}
{% materialization incremental, adapter='spark' -%}
    {{ return(spark__whole_table()) }}
{%- endmaterialization %}

{% materialization table, adapter='spark' -%}
    {{ return(spark__whole_table()) }}
{%- endmaterialization %}

{% materialization view, adapter='spark' -%}
    {{ return(spark__whole_table()) }}
{%- endmaterialization %}

{% macro spark__whole_table() -%}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace table {{ relation }} using iceberg as {{ sql }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}
