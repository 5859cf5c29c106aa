{% macro spark__all_columns_but(names, alias) -%}
    {{ alias ~ '.' if alias }}* except ({{ names | join(', ') }})
{%- endmacro %}

{% macro spark__first_known(value) -%}
    first_value({{ value }}) ignore nulls
{%- endmacro %}

{% macro spark__last_known(value) -%}
    last_value({{ value }}) ignore nulls
{%- endmacro %}
