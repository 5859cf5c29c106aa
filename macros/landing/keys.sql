{#- The key of a record that carries none: the digest of its JSON text with the keys of every object in order. -#}
{% macro json_digest(text) -%}
    {{ digest(json_in_key_order(text)) }}
{%- endmacro %}
