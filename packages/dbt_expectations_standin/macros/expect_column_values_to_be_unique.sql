{% test expect_column_values_to_be_unique(model, column_name, row_condition=none) %}

{%- set name = 'expect_column_values_to_be_unique' -%}
{%- do dbt_expectations._require_text(name, 'column_name', column_name) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{{ dbt_expectations._repeated_keys(
    model, [column_name], 'all_values_are_missing', row_condition
) }}

{% endtest %}
