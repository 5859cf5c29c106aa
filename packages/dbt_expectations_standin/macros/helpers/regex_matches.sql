{#- Boolean SQL: does the pattern occur anywhere in the value? Null for a null value. -#}
{% macro regex_matches(value, pattern, is_raw=false, flags='') -%}
    {{ return(
        adapter.dispatch('regex_matches', 'dbt_expectations')(value, pattern, is_raw, flags)
    ) }}
{%- endmacro %}

{% macro default__regex_matches(value, pattern, is_raw, flags) -%}
    {% do exceptions.raise_compiler_error(
        'dbt_expectations.regex_matches: there is no regular expression function for the adapter '
        ~ adapter.type() ~ '.'
    ) %}
{%- endmacro %}

{#- DuckDB string literals do not treat the backslash specially: is_raw makes no difference. -#}
{% macro duckdb__regex_matches(value, pattern, is_raw, flags) -%}
    {{ return("regexp_matches(" ~ value ~ ", '" ~ pattern ~ "', '" ~ flags ~ "')") }}
{%- endmacro %}

{#- Spark: i goes into the pattern; c (case-sensitive) and p (newline-sensitive) are defaults. -#}
{% macro spark__regex_matches(value, pattern, is_raw, flags) -%}
    {%- set prefix = 'r' if is_raw else '' -%}
    {%- set inline_flags = '(?i)' if 'i' in flags else '' -%}
    {{ return("(" ~ value ~ " rlike " ~ prefix ~ "'" ~ inline_flags ~ pattern ~ "')") }}
{%- endmacro %}
