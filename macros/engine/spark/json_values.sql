{#- JSON on Spark, where a value is marked text (macros/engine/spark/functions/json.sql). -#}

{% macro spark__json_document(text) -%}
    json_marked({{ text }})
{%- endmacro %}

{% macro spark__json_value(text) -%}
    json_marked({{ text }})
{%- endmacro %}

{% macro spark__json_parse(text, structure) -%}
    {{ spark__parsed(text, fromjson(structure)) }}
{%- endmacro %}

{% macro spark__json_parse_or_null(text, structure) -%}
    {%- set document -%}
        get(transform(filter(array({{ text }}), asked -> json_is_valid(asked)), asked -> json_marked(asked)), 0)
    {%- endset -%}
    {{ spark__parsed(document, fromjson(structure)) }}
{%- endmacro %}

{#-
    A JSON value in the form that `shape` says, level by level: of a key that occurs twice the first counts, and what has
    another form is null, or a struct of nulls in place of an object.
-#}
{% macro spark__parsed(json, shape, depth=1) -%}
    {%- set item = 'parsed_' ~ depth -%}
    {%- if shape is string -%}
        {{ json }}
    {%- elif shape is mapping -%}
        {%- set fields = {} -%}
        {%- for name, below in shape.items() -%}
            {%- do fields.update({name: spark__parsed("try_element_at(" ~ item ~ ".fields, '" ~ name ~ "')", below, depth + 1)}) -%}
        {%- endfor -%}
        get(transform(
            transform(
                filter(array({{ json }}), {{ item }} -> {{ item }} is not null),
                {{ item }} -> named_struct('fields', json_map({{ item }}))
            ),
            {{ item }} -> {{ spark__struct(fields) }}
        ), 0)
    {%- elif shape[0] is string -%}
        get(transform(filter(array({{ json }}), {{ item }} -> json_is_list({{ item }})), {{ item }} -> json_items({{ item }})), 0)
    {%- else -%}
        get(transform(
            filter(array({{ json }}), {{ item }} -> json_is_list({{ item }})),
            {{ item }} -> transform(json_items({{ item }}), {{ item }}_{{ depth }} -> {{ spark__parsed(item ~ '_' ~ depth, shape[0], depth + 1) }})
        ), 0)
    {%- endif -%}
{%- endmacro %}

{% macro spark__json_has_key(text, key) -%}
    map_contains_key(json_map({{ text }}), '{{ key }}')
{%- endmacro %}

{% macro spark__json_in_key_order(text) -%}
    parley_json_in_key_order({{ text }})
{%- endmacro %}

{#- The structure is of SQL types here, of one list of objects. -#}
{% macro spark__json_list_map(text, structure, item, expression) -%}
    {%- set fields = [] -%}
    {%- for name, type in fromjson(structure)[0].items() -%}
        {%- do fields.append(name ~ ': ' ~ ('string' if type == 'VARCHAR' else type)) -%}
    {%- endfor -%}
    to_json(
        transform(from_json({{ text }}, 'array<struct<{{ fields | join(", ") }}>>'), {{ item }} -> {{ expression }}),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}
