{% test expect_table_row_count_to_equal_other_table(
    model,
    compare_model,
    group_by=none,
    compare_group_by=none,
    factor=1,
    row_condition=none,
    compare_row_condition=none
) %}

{%- set name = 'expect_table_row_count_to_equal_other_table' -%}
{%- if not compare_model or compare_model is boolean or compare_model is number -%}
    {%- do dbt_expectations._stop(
        name,
        "'compare_model' must be a relation such as ref('other_model'), got '"
        ~ compare_model ~ "'.",
    ) -%}
{%- endif -%}
{%- do dbt_expectations._require_group_by(name, 'group_by', group_by) -%}
{%- do dbt_expectations._require_group_by(name, 'compare_group_by', compare_group_by) -%}
{%- if compare_group_by is not none and group_by is none -%}
    {%- do dbt_expectations._stop(name, "'compare_group_by' needs 'group_by' as well.") -%}
{%- endif -%}
{%- if compare_group_by is not none and compare_group_by | length != group_by | length -%}
    {%- do dbt_expectations._stop(
        name,
        "'group_by' and 'compare_group_by' must have the same number of columns, got "
        ~ group_by | length ~ ' and ' ~ compare_group_by | length ~ '.',
    ) -%}
{%- endif -%}
{%- if factor is not number or factor is boolean -%}
    {%- do dbt_expectations._stop(name, "'factor' must be a number, got '" ~ factor ~ "'.") -%}
{%- endif -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}
{%- do dbt_expectations._require_condition(
    name, 'compare_row_condition', compare_row_condition
) -%}

{#- What is not said of the other table is taken from this one. -#}
{%- set sides = [
    ('this_table', model, group_by or [], row_condition, 'count(*)'),
    (
        'other_table',
        compare_model,
        compare_group_by or group_by or [],
        compare_row_condition or row_condition,
        'count(*) * ' ~ factor,
    ),
] %}

with {% for alias, relation, columns, condition, measure in sides -%}
{{ alias }} as (
    select
        {%- for column in columns %}
        {{ column }} as group_{{ loop.index }},
        {%- endfor %}
        {{ measure }} as n_rows
    from {{ relation }}
    {%- if condition %}
    where {{ condition }}
    {%- endif %}
    {%- if columns %}
    group by {{ columns | join(', ') }}
    {%- endif %}
)
{%- if not loop.last %},

{% endif -%}
{%- endfor %}

select
    {%- for _ in group_by or [] %}
    coalesce(this_table.group_{{ loop.index }}, other_table.group_{{ loop.index }})
        as group_{{ loop.index }},
    {%- endfor %}
    this_table.n_rows,
    other_table.n_rows as other_n_rows
from this_table
{%- if group_by %}
full outer join other_table
    on
        {%- for _ in group_by %}
        {% if not loop.first %}and {% endif -%}
        this_table.group_{{ loop.index }} = other_table.group_{{ loop.index }}
        {%- endfor %}
{%- else %}
cross join other_table
{%- endif %}
where coalesce(this_table.n_rows, 0) <> coalesce(other_table.n_rows, 0)

{% endtest %}
