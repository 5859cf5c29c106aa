{#- Hours that agents' messages are said to save: five minutes each, as published. -#}
{% macro time_saved_hours(messages) -%}
    cast({{ messages }} * 5 as double) / 60
{%- endmacro %}
