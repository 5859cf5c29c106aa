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
    One row an element of the array in a column, for use right after a relation in a from clause:
    `from t {{ each_item('t.items', 'items', 'item', 'place') }}`. Places count from 1. Name a column, not an
    expression: engines evaluate it more than once.
-#}
{% macro each_item(list, alias, item, place) -%}
    {{ return(adapter.dispatch('each_item', 'parley')(list, alias, item, place)) }}
{%- endmacro %}

{% macro duckdb__each_item(list, alias, item, place) -%}
    cross join lateral (
        select unnest({{ list }}) as {{ item }}, generate_subscripts({{ list }}, 1) as {{ place }}
    ) as {{ alias }}
{%- endmacro %}

{#-
    An expression evaluated once and used several times: `body` is written over the variable `name`. A plain
    column or variable needs no such help and is put in as it is.
-#}
{% macro let(expression, name, body) -%}
    {%- if modules.re.match('^[\\w."]+$', expression | trim) -%}
        {{ return(modules.re.sub('\\b' ~ name ~ '\\b', expression | trim, body)) }}
    {%- endif -%}
    {{ return(array_first(array_map('[' ~ expression ~ ']', name, body))) }}
{%- endmacro %}
