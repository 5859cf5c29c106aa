{#- All columns of the relation (or of the aliased one) but the named ones. -#}
{% macro all_columns_but(names, alias=none) -%}
    {{ return(adapter.dispatch('all_columns_but', 'parley')(names, alias)) }}
{%- endmacro %}

{% macro duckdb__all_columns_but(names, alias) -%}
    {{ alias ~ '.' if alias }}* exclude ({{ names | join(', ') }})
{%- endmacro %}
