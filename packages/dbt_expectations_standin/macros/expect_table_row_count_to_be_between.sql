{% test expect_table_row_count_to_be_between(
    model, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false
) %}

{%- set name = 'expect_table_row_count_to_be_between' -%}
{%- do dbt_expectations._require_bounds(name, min_value, max_value) -%}
{%- do dbt_expectations._require_group_by(name, 'group_by', group_by) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}
{%- do dbt_expectations._require_boolean(name, 'strictly', strictly) -%}

{{ dbt_expectations._failing_rows(
    model,
    dbt_expectations._within_bounds('count(*)', min_value, max_value, strictly),
    group_by=group_by,
    row_condition=row_condition,
) }}

{% endtest %}
