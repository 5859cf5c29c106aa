{#-
    One level of an Avro-JSON union: a one-key object whose key is a type name gives its value, everything
    else is itself. Production and documentation differ in what they wrap, so every field goes through here.
-#}
{% macro avro(json) -%}
    (case
        when
            {{ json_is_object(json) }}
            and {{ regular_expression_matches('cast(' ~ json ~ ' as varchar)', avro_type_pattern()) }}
            and {{ json_key_count(json) }} = 1
            then {{ json_only_value(json) }}
        else {{ json }}
    end)
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
