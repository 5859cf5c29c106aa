{#-
    Several ids as one text that no other ids give: each but the last is preceded by its length. Null where one is.
    What is counted distinct over accounts, or joined by, has to be one column in the semantic layer.
-#}
{% macro member_key() -%}
    {%- for column in varargs -%}
        {%- if not loop.last -%}
            cast(length({{ column }}) as varchar) || ':' || {{ column }} || {{ ' ' }}
        {%- else -%}
            {{ column }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
