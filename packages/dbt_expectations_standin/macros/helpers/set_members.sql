{#- The values of a set as a one-column select; quoted values are strings of the platform. -#}
{% macro _set_members(value_set, quote_values) -%}
    {%- for value in value_set %}
    select
        {% if quote_values -%}
        cast('{{ value }}' as {{ dbt.type_string() }}) as member
        {%- else -%}
        {{ value }} as member
        {%- endif %}
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
