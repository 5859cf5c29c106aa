{#- The page of an address: without query string and fragment; null where nothing is left. -#}
{% macro page_of(url) -%}
    nullif(split_part(split_part({{ url }}, '?', 1), '#', 1), '')
{%- endmacro %}
