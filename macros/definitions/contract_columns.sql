{#-
    The columns of this model's contract that come after the one named: what a panel selects of its dashboard's metrics.
    Everything while dbt parses, when it does not know the contract yet.
-#}
{% macro contract_columns(after) -%}
    {%- set names = model.columns.keys() | list -%}
    {{ names[names.index(after) + 1:] | join(',\n    ') if names else '*' }}
{%- endmacro %}
