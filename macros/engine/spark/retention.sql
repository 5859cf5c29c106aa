{#- What is kept no longer than agreed, on Spark. -#}

{#- Spark's update knows no second relation, and files of Parquet know no update. -#}
{% macro spark__update_rows(relation, change, beside, condition) -%}
    {%- if spark__table_format() == 'parquet' -%}
        {%- do exceptions.raise_compiler_error(
            'Texts cannot be forgotten in tables of Parquet files. Set PARLEY_SPARK_TABLE_FORMAT to iceberg or delta, or '
            ~ 'do without transcript_retention_days, PARLEY_RAW_LINE_DAYS and PARLEY_SUPERSEDED_DAYS.'
        ) -%}
    {%- endif -%}
    {%- if beside -%}
        merge into {{ relation }} as held using {{ beside }} as kept on {{ condition }}
        when matched then update set {{ change }}
    {%- else -%}
        update {{ relation }} as held set {{ change }} where {{ condition }}
    {%- endif -%}
{%- endmacro %}
