{#- Sources as relations of the engine: the landing root is no table anywhere. -#}
{% macro source() -%}
    {%- set relation = builtins.source(*varargs, **kwargs) -%}
    {{ return(adapter.dispatch('landing_relation', 'parley')(relation)) }}
{%- endmacro %}

{% macro default__landing_relation(relation) -%}
    {{ return(relation) }}
{%- endmacro %}

{#- A temporary view over the data source of src/parley/spark/landing.py. -#}
{% macro spark__landing_relation(relation) -%}
    {{ return(api.Relation.create(identifier='parley_landing_' ~ relation.identifier) if relation.schema == 'landing' else relation) }}
{%- endmacro %}
