{#-
    The metrics of the semantic layer that a dashboard shows, each once. What is only a part of another metric names no
    panel and is left out. While the project is parsed dbt knows no metric yet, and there is none.
-#}
{% macro published_metrics() -%}
    {%- set published = [] -%}
    {%- if execute -%}
        {%- for metric in graph.metrics.values() -%}
            {%- if metric.config.meta.panels is defined -%}
                {%- do published.append(metric) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(published | sort(attribute='name')) }}
{%- endmacro %}


{#- Rows of text as a relation's body; without any row one of nulls, which the reader leaves out by its first column. -#}
{% macro text_rows(rows, width) -%}
    values
    {%- for row in rows or [[none] * width] %}
    (
        {%- for text in row -%}
            {%- if text is none -%} cast(null as {{ dbt.type_string() }})
            {%- else -%} {{ dbt.string_literal(dbt.escape_single_quotes(text | trim)) }}
            {%- endif -%}
            {{ ', ' if not loop.last }}
        {%- endfor -%}
    ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
