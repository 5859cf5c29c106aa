{% test expect_column_values_to_be_between(
    model, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) %}

{%- set name = 'expect_column_values_to_be_between' -%}
{%- do dbt_expectations._require_text(name, 'column_name', column_name) -%}
{%- do dbt_expectations._require_bounds(name, min_value, max_value) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}
{%- do dbt_expectations._require_boolean(name, 'strictly', strictly) -%}

{{ dbt_expectations._failing_rows(
    model,
    dbt_expectations._within_bounds(column_name, min_value, max_value, strictly),
    row_condition=row_condition,
) }}

{% endtest %}
