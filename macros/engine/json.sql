{#-
    JSON access, one small macro an operation; what differs between engines lives here and nowhere else.
    A "json" expression is a parsed JSON value or SQL null; text is a JSON string's own characters.
-#}

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

{% macro json_is_valid(text) -%}
    {{ return(adapter.dispatch('json_is_valid', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__json_is_valid(text) -%}
    (try_cast({{ text }} as json) is not null)
{%- endmacro %}

{% macro json_has_key(text, key) -%}
    {{ return(adapter.dispatch('json_has_key', 'parley')(text, key)) }}
{%- endmacro %}

{% macro duckdb__json_has_key(text, key) -%}
    json_exists({{ text }}, '$.{{ key }}')
{%- endmacro %}

{% macro json_is_object(json) -%}
    {{ return(adapter.dispatch('json_is_object', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_is_object(json) -%}
    starts_with(cast({{ json }} as varchar), '{')
{%- endmacro %}

{% macro json_is_list(json) -%}
    {{ return(adapter.dispatch('json_is_list', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_is_list(json) -%}
    starts_with(cast({{ json }} as varchar), '[')
{%- endmacro %}

{#- A JSON list as an array of JSON values; anything else, and null, gives an empty array. -#}
{% macro json_items(json) -%}
    {{ return(adapter.dispatch('json_items', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_items(json) -%}
    coalesce(from_json({{ json }}, '["JSON"]'), [])
{%- endmacro %}

{#- The characters of a JSON scalar (string, number, boolean); null for null, lists and objects. -#}
{% macro json_scalar(json) -%}
    {{ return(adapter.dispatch('json_scalar', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_scalar(json) -%}
    {{ let(json, 'scalar_json', "(case when left(scalar_json, 1) not in ('{', '[') then json_extract_string(scalar_json, '$') end)") }}
{%- endmacro %}

{#- The characters of a JSON string; null for everything else. -#}
{% macro json_text(json) -%}
    {{ return(adapter.dispatch('json_text', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_text(json) -%}
    {{ let(json, 'text_json', "(case when left(text_json, 1) = chr(34) then json_extract_string(text_json, '$') end)") }}
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

{#- The values of a JSON object, as an array of JSON values. -#}
{% macro json_values(json) -%}
    {{ return(adapter.dispatch('json_values', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_values(json) -%}
    json_extract({{ json }}, '$.*')
{%- endmacro %}

{#- A JSON value, with JSON's null as the engine's null. -#}
{% macro json_or_null(json) -%}
    {{ return(adapter.dispatch('json_or_null', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__json_or_null(json) -%}
    nullif(cast({{ json }} as varchar), 'null')
{%- endmacro %}

{#- JSON text written one way: no white space, the keys of every object sorted, the last of repeated keys kept. -#}
{% macro json_in_key_order(text) -%}
    {{ return(adapter.dispatch('json_in_key_order', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__json_in_key_order(text) -%}
    parley_json_in_key_order({{ text }})
{%- endmacro %}
