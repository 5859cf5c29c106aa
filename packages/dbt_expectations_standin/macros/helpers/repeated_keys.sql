{#-
    One row for each combination of the columns that occurs more than once. Rows with a null in all
    of the columns (or in any of them) are left out; other nulls count as equal to each other.
-#}
{% macro _repeated_keys(model, columns, ignore_row_if, row_condition) %}

{%- set joiner = ' and ' if ignore_row_if == 'all_values_are_missing' else ' or ' -%}
{%- set missing = [] -%}
{%- for column in columns -%}
    {%- do missing.append(column ~ ' is null') -%}
{%- endfor %}

select
    {{ columns | join(',\n    ') }},
    count(*) as n_rows
from {{ model }}
where
    {%- if row_condition %}
    {{ row_condition }} and
    {%- endif %}
    not ({{ missing | join(joiner) }})
group by {{ columns | join(', ') }}
having count(*) > 1

{% endmacro %}
