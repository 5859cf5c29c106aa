{% test expect_column_values_to_be_in_set(
    model, column_name, value_set, quote_values=true, row_condition=none
) %}

{%- set name = 'expect_column_values_to_be_in_set' -%}
{%- do dbt_expectations._require_text(name, 'column_name', column_name) -%}
{%- do dbt_expectations._require_boolean(name, 'quote_values', quote_values) -%}
{%- do dbt_expectations._require_value_set(name, value_set, quote_values) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) %}

with observed as (
    select {{ column_name }} as observed_value
    from {{ model }}
    {%- if row_condition %}
    where {{ row_condition }}
    {%- endif %}
),

members as (
    {{- dbt_expectations._set_members(value_set, quote_values) }}
)

select observed.observed_value
from observed
left join members
    on observed.observed_value = members.member
where members.member is null

{% endtest %}
