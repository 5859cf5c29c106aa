{% macro spark__all_columns_but(names, alias) -%}
    {{ alias ~ '.' if alias }}* except ({{ names | join(', ') }})
{%- endmacro %}
