{% test expect_column_values_to_match_regex(
    model, column_name, regex, row_condition=none, is_raw=false, flags=''
) %}

{%- set name = 'expect_column_values_to_match_regex' -%}
{%- do dbt_expectations._require_text(name, 'column_name', column_name) -%}
{%- if regex is not string or regex == '' -%}
    {%- do dbt_expectations._stop(
        name,
        "'regex' must be a non-empty string, got '" ~ regex ~ "'.",
    ) -%}
{%- endif -%}
{%- do dbt_expectations._require_quotable(name, 'regex', regex) -%}
{%- do dbt_expectations._require_condition(name, 'row_condition', row_condition) -%}
{%- do dbt_expectations._require_boolean(name, 'is_raw', is_raw) -%}
{%- if flags is not string -%}
    {%- do dbt_expectations._stop(name, "'flags' must be a string, got '" ~ flags ~ "'.") -%}
{%- endif -%}
{%- for flag in flags -%}
    {%- if flag not in 'cip' -%}
        {%- do dbt_expectations._stop(
            name,
            "'flags' knows c (case-sensitive), i (case-insensitive), p (newline-sensitive), "
            ~ "got '" ~ flag ~ "'.",
        ) -%}
    {%- endif -%}
{%- endfor -%}

{{ dbt_expectations._failing_rows(
    model,
    dbt_expectations.regex_matches(column_name, regex, is_raw=is_raw, flags=flags),
    row_condition=row_condition,
) }}

{% endtest %}
