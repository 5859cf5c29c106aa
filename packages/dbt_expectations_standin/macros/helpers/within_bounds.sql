{#- A predicate: the measure lies within the bounds, which are in the range unless strictly. -#}
{% macro _within_bounds(measure, min_value, max_value, strictly) -%}
    {%- set sides = [] -%}
    {%- if min_value is not none -%}
        {%- do sides.append(measure ~ (' > ' if strictly else ' >= ') ~ min_value) -%}
    {%- endif -%}
    {%- if max_value is not none -%}
        {%- do sides.append(measure ~ (' < ' if strictly else ' <= ') ~ max_value) -%}
    {%- endif -%}
    ({{ sides | join(' and ') }})
{%- endmacro %}
