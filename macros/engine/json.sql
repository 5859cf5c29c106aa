{#- JSON where it takes a structure or an aggregate; what takes a value is a function, in macros/engine/functions. -#}

{#- JSON text as what the macros and functions of JSON take; an object stays one. -#}
{% macro json_document(text) -%}
    {{ return(adapter.dispatch('json_document', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__json_document(text) -%}
    {{ text }}
{%- endmacro %}

{#- JSON text as a value like those that a parsed list has. -#}
{% macro json_value(text) -%}
    {{ return(adapter.dispatch('json_value', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__json_value(text) -%}
    cast({{ text }} as json)
{%- endmacro %}

{% macro json_parse(text, structure) -%}
    {{ return(adapter.dispatch('json_parse', 'parley')(text, structure)) }}
{%- endmacro %}

{% macro duckdb__json_parse(text, structure) -%}
    from_json({{ text }}, '{{ structure }}')
{%- endmacro %}

{#- Like json_parse, with null instead of an error for text that is no JSON. -#}
{% macro json_parse_or_null(text, structure) -%}
    {{ return(adapter.dispatch('json_parse_or_null', 'parley')(text, structure)) }}
{%- endmacro %}

{% macro duckdb__json_parse_or_null(text, structure) -%}
    try(from_json({{ text }}, '{{ structure }}'))
{%- endmacro %}

{% macro json_has_key(text, key) -%}
    {{ return(adapter.dispatch('json_has_key', 'parley')(text, key)) }}
{%- endmacro %}

{% macro duckdb__json_has_key(text, key) -%}
    json_exists({{ text }}, '$.{{ key }}')
{%- endmacro %}

{#- Fields of a JSON structure that are all taken as JSON values: '"a":"JSON","b":"JSON"'. -#}
{% macro json_fields(names) -%}
    {%- for name in names -%}
        "{{ name }}":"JSON"{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- An aggregate: the JSON text of a list with one object a row, its keys and values given as a dictionary. -#}
{% macro json_list_of(fields, order_by) -%}
    {{ return(adapter.dispatch('json_list_of', 'parley')(fields, order_by)) }}
{%- endmacro %}

{% macro duckdb__json_list_of(fields, order_by) -%}
    cast(to_json(list({
        {%- for key, value in fields.items() %}
            '{{ key }}': {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
        } order by {{ order_by }})) as varchar)
{%- endmacro %}

{#- JSON text written one way: no white space, the keys of every object sorted, the last of repeated keys kept. -#}
{% macro json_in_key_order(text) -%}
    {{ return(adapter.dispatch('json_in_key_order', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__json_in_key_order(text) -%}
    parley_json_in_key_order({{ text }})
{%- endmacro %}

{#- The text of a JSON list as json_list_of writes it, with `expression` in place of each item. -#}
{% macro json_list_map(text, structure, item, expression) -%}
    {{ return(adapter.dispatch('json_list_map', 'parley')(text, structure, item, expression)) }}
{%- endmacro %}

{% macro duckdb__json_list_map(text, structure, item, expression) -%}
    cast(to_json({{ array_map("from_json(" ~ text ~ ", '" ~ structure ~ "')", item, expression) }}) as varchar)
{%- endmacro %}
