{#-
    The functions of macros/engine/functions on Spark: same names, same answers. Spark cannot call an SQL function inside
    a lambda, so src/parley/spark keeps these texts and puts them in the place of each call before Spark sees it.
-#}
{% macro spark__create_functions() -%}
    {%- do run_query(spark__value_functions() ~ spark__json_functions() ~ spark__avro_functions() ~ spark__unusable_functions()) -%}
    {%- for statement in spark__statistics_functions() -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
    {%- for statement in spark__landing_relations() -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
{%- endmacro %}
