{#- Arrays: the few operations the models need, by engine. -#}

{#- Every element of an array through an expression written over the variable `item`. -#}
{% macro array_map(list, item, expression) -%}
    {{ return(adapter.dispatch('array_map', 'parley')(list, item, expression)) }}
{%- endmacro %}

{% macro duckdb__array_map(list, item, expression) -%}
    list_transform({{ list }}, lambda {{ item }}: {{ expression }})
{%- endmacro %}

{% macro array_keep(list, item, condition) -%}
    {{ return(adapter.dispatch('array_keep', 'parley')(list, item, condition)) }}
{%- endmacro %}

{% macro duckdb__array_keep(list, item, condition) -%}
    list_filter({{ list }}, lambda {{ item }}: {{ condition }})
{%- endmacro %}

{#- The first element, or null for an empty array. -#}
{% macro array_first(list) -%}
    {{ return(adapter.dispatch('array_first', 'parley')(list)) }}
{%- endmacro %}

{% macro duckdb__array_first(list) -%}
    ({{ list }})[1]
{%- endmacro %}

{% macro array_size(list) -%}
    {{ return(adapter.dispatch('array_size', 'parley')(list)) }}
{%- endmacro %}

{% macro duckdb__array_size(list) -%}
    len({{ list }})
{%- endmacro %}

{#- The sum of an array of exact decimals, nulls left out; null for an empty array. -#}
{% macro array_sum(list) -%}
    {{ return(adapter.dispatch('array_sum', 'parley')(list)) }}
{%- endmacro %}

{% macro duckdb__array_sum(list) -%}
    list_sum({{ list }})
{%- endmacro %}

{#- Arrays of arrays into one array, in order. -#}
{% macro array_flatten(list) -%}
    {{ return(adapter.dispatch('array_flatten', 'parley')(list)) }}
{%- endmacro %}

{% macro duckdb__array_flatten(list) -%}
    flatten({{ list }})
{%- endmacro %}

{#-
    One row per element, as two columns of a select list: <name>_item and <name>_place, counted from 1. Name a column,
    not an expression, and take along only narrow columns: they are repeated for every element.
-#}
{% macro item_and_place(list, name) -%}
    {{ return(adapter.dispatch('item_and_place', 'parley')(list, name)) }}
{%- endmacro %}

{% macro duckdb__item_and_place(list, name) -%}
    unnest({{ list }}) as {{ name }}_item,
        generate_subscripts({{ list }}, 1) as {{ name }}_place
{%- endmacro %}

{#- The place, from 1, of the least number of an array column; null when no number is below `limit`. -#}
{% macro place_of_least(list, limit) -%}
    {{ return(adapter.dispatch('place_of_least', 'parley')(list, limit)) }}
{%- endmacro %}

{% macro duckdb__place_of_least(list, limit) -%}
    (case when list_min({{ list }}) < {{ limit }} then list_position({{ list }}, list_min({{ list }})) end)
{%- endmacro %}

{#- A struct of named expressions, given as a dictionary. -#}
{% macro struct(fields) -%}
    {{ return(adapter.dispatch('struct', 'parley')(fields)) }}
{%- endmacro %}

{% macro duckdb__struct(fields) -%}
    {
        {%- for name, expression in fields.items() -%}
            '{{ name }}': {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    }
{%- endmacro %}
