{% test expect_column_pair_values_A_to_be_greater_than_B(
    model, column_A, column_B, or_equal=false, row_condition=none
) %}

{%- set name = 'expect_column_pair_values_A_to_be_greater_than_B' -%}
{%- do dbt_expectations._require_text(name, 'column_A', column_A) -%}
{%- do dbt_expectations._require_text(name, 'column_B', column_B) -%}
{%- do dbt_expectations._require_boolean(name, 'or_equal', or_equal) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{{ dbt_expectations._failing_rows(
    model,
    column_A ~ (' >= ' if or_equal else ' > ') ~ column_B,
    row_condition=row_condition,
) }}

{% endtest %}
