{#- Sorted by the places first; those give a total order, so the objects themselves are never compared. -#}
{% macro spark__json_list_of(fields, order_by) -%}
    {%- set sorted = {} -%}
    {%- for column in order_by.split(',') -%}
        {%- do sorted.update({'place_' ~ loop.index: column | trim}) -%}
    {%- endfor -%}
    {%- do sorted.update({'item': spark__struct(fields)}) -%}
    to_json(
            transform(array_sort(collect_list({{ spark__struct(sorted) }})), one -> one.item),
            map('ignoreNullFields', 'false')
        )
{%- endmacro %}
