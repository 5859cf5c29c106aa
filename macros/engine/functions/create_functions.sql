{#-
    Functions created in the database at the start of every run, so that models and compiled SQL read avro_name(...)
    and not what it takes to find a name. They stand in the target's own schema, where every connection, unit test and
    `dbt show` finds them by their bare names. Tables do not depend on them; a view that used one could not be
    copied out of the warehouse, so only models stored as tables call them.
    An argument stands in the function's text as often as the text says it: where that is more than once, give a
    column or a field of one, not a long expression.
-#}
{% macro create_functions() -%}
    {%- if execute -%}
        {{ return(adapter.dispatch('create_functions', 'parley')()) }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__create_functions() -%}
    {{ duckdb__value_functions() }}
    {{ duckdb__json_functions() }}
    {{ duckdb__avro_functions() }}
    {{ duckdb__unusable_functions() }}
    {{ duckdb__statistics_functions() }}
{%- endmacro %}
