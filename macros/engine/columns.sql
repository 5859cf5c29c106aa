{#- All columns of the relation (or of the aliased one) but the named ones. -#}
{% macro all_columns_but(names, alias=none) -%}
    {{ return(adapter.dispatch('all_columns_but', 'parley')(names, alias)) }}
{%- endmacro %}

{% macro duckdb__all_columns_but(names, alias) -%}
    {{ alias ~ '.' if alias }}* exclude ({{ names | join(', ') }})
{%- endmacro %}

{#- A window function, before its `over`: the first value that is not null. -#}
{% macro first_known(value) -%}
    {{ return(adapter.dispatch('first_known', 'parley')(value)) }}
{%- endmacro %}

{% macro duckdb__first_known(value) -%}
    first_value({{ value }} ignore nulls)
{%- endmacro %}

{#- Likewise the last one. -#}
{% macro last_known(value) -%}
    {{ return(adapter.dispatch('last_known', 'parley')(value)) }}
{%- endmacro %}

{% macro duckdb__last_known(value) -%}
    last_value({{ value }} ignore nulls)
{%- endmacro %}
