{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- Schemas are named exactly as configured (marts, not main_marts): BI tools rely on it. -#}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
