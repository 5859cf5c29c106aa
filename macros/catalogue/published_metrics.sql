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
