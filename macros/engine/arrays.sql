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

{#- Arrays of arrays into one array, in order. -#}
{% macro array_flatten(list) -%}
    {{ return(adapter.dispatch('array_flatten', 'parley')(list)) }}
{%- endmacro %}

{% macro duckdb__array_flatten(list) -%}
    flatten({{ list }})
{%- endmacro %}

{#-
    One row an element, for use in a from clause after a comma-free join:
    `from t {{ each_item('t.items', 'items', 'item', 'place') }}`. Places count from 1.
-#}
{% macro each_item(list, alias, item, place) -%}
    {{ return(adapter.dispatch('each_item', 'parley')(list, alias, item, place)) }}
{%- endmacro %}

{% macro duckdb__each_item(list, alias, item, place) -%}
    cross join unnest({{ list }}) with ordinality as {{ alias }} ({{ item }}, {{ place }})
{%- endmacro %}
