{#-
    The functions of macros/engine/functions/statistics.sql on Spark, made from the same text so that each formula stands
    once: arguments and results are doubles, and every statement is run by itself. Returned as a list of statements.
-#}
{% macro spark__statistics_functions() -%}
    {%- set text = modules.re.sub('--[^\n]*', '', duckdb__statistics_functions()) -%}
    {%- set statements = [] -%}
    {%- for statement in text.split(';') if statement | trim -%}
        {%- set name, arguments, body = modules.re.match(
            '\s*create or replace macro (\w+)\(([^)]*)\) as(.*)', statement, modules.re.S
        ).groups() -%}
        {%- set typed = [] -%}
        {%- for argument in arguments.split(',') -%}
            {%- do typed.append(argument | trim ~ ' double') -%}
        {%- endfor -%}
        {%- do statements.append(
            'create or replace temporary function ' ~ name ~ '(' ~ typed | join(', ') ~ ') returns double return ' ~ body
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{%- endmacro %}
