{% test expect_compound_columns_to_be_unique(
    model,
    column_list,
    quote_columns=false,
    ignore_row_if='all_values_are_missing',
    row_condition=none
) %}

{%- set name = 'expect_compound_columns_to_be_unique' -%}
{%- do dbt_expectations._require_columns(name, 'column_list', column_list) -%}
{%- do dbt_expectations._require_boolean(name, 'quote_columns', quote_columns) -%}
{%- if ignore_row_if not in ['all_values_are_missing', 'any_value_is_missing'] -%}
    {%- do dbt_expectations._stop(
        name,
        "'ignore_row_if' must be all_values_are_missing or any_value_is_missing, got '"
        ~ ignore_row_if ~ "'.",
    ) -%}
{%- endif -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}

{%- set columns = [] -%}
{%- for column in column_list -%}
    {%- do columns.append(adapter.quote(column) if quote_columns else column) -%}
{%- endfor -%}

{{ dbt_expectations._repeated_keys(model, columns, ignore_row_if, row_condition) }}

{% endtest %}
