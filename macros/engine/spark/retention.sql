{#- What is kept no longer than agreed is forgotten on DuckDB alone: a build on Spark that is asked for it stops. -#}
{% macro spark__keep_no_longer() -%}
    {%- set texts = run_query('select count(*) from parley_landing_accounts where transcript_retention_days is not null') -%}
    {%- if texts.rows[0][0] > 0 or env_var('PARLEY_RAW_LINE_DAYS', '') or env_var('PARLEY_SUPERSEDED_DAYS', '') -%}
        {%- do exceptions.raise_compiler_error(
            'Texts are forgotten after their time by the target duckdb alone: with transcript_retention_days, '
            ~ 'PARLEY_RAW_LINE_DAYS or PARLEY_SUPERSEDED_DAYS, build with that target, or take them away.'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Needed by what forgets texts. -#}
{% macro spark__struct_with(item, field, value) -%}
    {%- do exceptions.raise_compiler_error('Spark SQL cannot put ' ~ field ~ ' := ' ~ value ~ ' into ' ~ item ~ '.') -%}
{%- endmacro %}
