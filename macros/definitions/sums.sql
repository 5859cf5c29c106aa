{#- Sums of a dataset's columns by the panel's keys, whole numbers staying whole. -#}
{% macro summed(columns, type='bigint') -%}
    {%- for column in columns -%}
        cast(sum({{ column }}) as {{ type }}) as {{ column }}
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    The sum of a fractional measure as a double that does not depend on the order of rows: added as decimals, whose
    sums are exact, where adding doubles would give another last digit at every build. `digits` after the point:
    9 leave room for any amount, 18 keep a millisecond's share of an hour.
-#}
{% macro exact_sum(value, digits=9) -%}
    cast(sum(cast({{ value }} as decimal(38, {{ digits }}))) as double)
{%- endmacro %}
