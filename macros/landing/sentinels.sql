{#- What vendors write for "nothing" in ids, times, names and enums; not in measures and free text. -#}
{% macro null_if_sentinel(text) -%}
    {{ let(
        text, 'sentinel_text', "(case when sentinel_text not in ('-1', 'null', 'undefined', 'NA', '') then sentinel_text end)"
    ) }}
{%- endmacro %}

{#- A JSON scalar as an id, name or enum: text, with sentinels as null. -#}
{% macro json_name(json) -%}
    {{ null_if_sentinel(json_scalar(json)) }}
{%- endmacro %}

{#- A JSON scalar as a boolean; null where it is neither true nor false. -#}
{% macro json_boolean(json) -%}
    case lower({{ json_scalar(json) }}) when 'true' then true when 'false' then false end
{%- endmacro %}

{#- A JSON scalar as an instant in epoch milliseconds, with sentinels and non-numbers as null. -#}
{% macro json_epoch_ms(json) -%}
    {{ epoch_ms_or_null(json_name(json)) }}
{%- endmacro %}

{#- The range in which a record's event time has to lie to be usable: 2000-01-01 to before 2100-01-01. -#}
{% macro is_usable_event_time(epoch_ms) -%}
    ({{ epoch_ms }} >= 946684800000 and {{ epoch_ms }} < 4102444800000)
{%- endmacro %}

{#- The key of a record that carries none: the digest of its JSON text with the keys of every object in order. -#}
{% macro json_digest(text) -%}
    {{ digest(json_in_key_order(text)) }}
{%- endmacro %}
