{% test expression_is_true(
    model, expression, test_condition='= true', group_by_columns=none, row_condition=none
) %}

{%- set name = 'expression_is_true' -%}
{%- do dbt_expectations._require_text(name, 'expression', expression) -%}
{%- do dbt_expectations._require_text(name, 'test_condition', test_condition) -%}
{%- do dbt_expectations._require_group_by(name, 'group_by_columns', group_by_columns) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{{ dbt_expectations._failing_rows(
    model,
    expression,
    group_by=group_by_columns,
    row_condition=row_condition,
    test_condition=test_condition,
) }}

{% endtest %}
