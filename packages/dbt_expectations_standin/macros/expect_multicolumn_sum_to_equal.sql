{% test expect_multicolumn_sum_to_equal(
    model, column_list, sum_total, group_by=none, row_condition=none
) %}

{%- set name = 'expect_multicolumn_sum_to_equal' -%}
{%- do dbt_expectations._require_columns(name, 'column_list', column_list) -%}
{%- set is_number = sum_total is number and sum_total is not boolean -%}
{%- set is_text = sum_total is string and (sum_total | trim) != '' -%}
{%- if not is_number and not is_text -%}
    {%- do dbt_expectations._stop(
        name,
        "'sum_total' must be a number or the name of a column, got '" ~ sum_total ~ "'.",
    ) -%}
{%- endif -%}
{%- do dbt_expectations._require_group_by(name, 'group_by', group_by) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{%- set sums = [] -%}
{%- for column in column_list -%}
    {%- do sums.append('sum(' ~ column ~ ')') -%}
{%- endfor -%}
{%- set total = sum_total if is_number else 'sum(' ~ sum_total ~ ')' -%}

{{ dbt_expectations._failing_rows(
    model,
    sums | join(' + ') ~ ' = ' ~ total,
    group_by=group_by,
    row_condition=row_condition,
) }}

{% endtest %}
