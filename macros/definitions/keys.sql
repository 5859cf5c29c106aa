{#-
    Several ids as one text that no other ids give: each but the last is preceded by its length. Null where one is.
    What is counted distinct over accounts, or joined by, has to be one column in the semantic layer.
-#}
{% macro member_key() -%}
    {%- for column in varargs -%}
        {%- if not loop.last -%}
            cast(length({{ column }}) as string) || ':' || {{ column }} || {{ ' ' }}
        {%- else -%}
            {{ column }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The key by which a fact's member is found in dim_members, from the id of the member where it is not <entity>_id. -#}
{% macro name_key(entity, id=none) -%}
    {{ member_key("'" ~ entity ~ "'", 'account_id', id or entity ~ '_id') }}
{%- endmacro %}
