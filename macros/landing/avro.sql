{#-
    One level of an Avro-JSON union: a one-key object whose key is a type name gives its value, everything
    else is itself; a null inside a union is null. Production and documentation differ in what they wrap, so every field goes through here.
-#}
{% macro avro(json) -%}
    {%- set only_value -%}
        {{ let(
            json_values('union_json'),
            'union_values',
            '(case when ' ~ array_size('union_values') ~ ' = 1 then ' ~ json_or_null(array_first('union_values'))
            ~ ' else union_json end)'
        ) }}
    {%- endset -%}
    {%- set is_union = regular_expression_matches('union_json', avro_type_pattern()) -%}
    {{ let(json, 'union_json', '(case when ' ~ is_union ~ ' then ' ~ only_value ~ ' else union_json end)') }}
{%- endmacro %}

{% macro avro_type_pattern() -%}
    {{ return('^\\{\\s*"(null|boolean|int|long|float|double|bytes|string|array|map|com\\.liveperson\\.dataaccess\\.\\w+)"\\s*:') }}
{%- endmacro %}

{#- The records in a list that may be wrapped, each of which may be wrapped; what is no record is skipped. -#}
{% macro avro_items(json) -%}
    {{ array_keep(
        array_map(json_items(avro(json)), 'item', avro('item')),
        'item',
        'coalesce(' ~ json_is_object('item') ~ ', false)'
    ) }}
{%- endmacro %}

{% macro avro_name(json) -%}
    {{ json_name(avro(json)) }}
{%- endmacro %}

{% macro avro_epoch_ms(json) -%}
    {{ json_epoch_ms(avro(json)) }}
{%- endmacro %}

{#- A field of a record that may be wrapped, as text with sentinels as null. -#}
{% macro avro_record_name(json, field) -%}
    {{ avro_name(json_parse(avro(json), '{"' ~ field ~ '":"JSON"}') ~ '."' ~ field ~ '"') }}
{%- endmacro %}
