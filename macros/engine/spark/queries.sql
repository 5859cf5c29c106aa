{#- Queries as texts: they are for the published file, which DuckDB reads, whichever engine built the tables. -#}

{% macro spark__among_or_null(parameter, term) -%}
    {{ return(duckdb__among_or_null(parameter, term)) }}
{%- endmacro %}

{% macro spark__between_or_null(term) -%}
    {{ return(duckdb__between_or_null(term)) }}
{%- endmacro %}

{% macro spark__joined_texts(text, separator, order_by, condition) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }}) filter (where {{ condition }})
{%- endmacro %}
