{% test expect_column_values_to_not_be_null(model, column_name, row_condition=none) %}

{%- set name = 'expect_column_values_to_not_be_null' -%}
{%- do dbt_expectations._require_text(name, 'column_name', column_name) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{{ dbt_expectations._failing_rows(
    model,
    column_name ~ ' is not null',
    row_condition=row_condition,
) }}

{% endtest %}
