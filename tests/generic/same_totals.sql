{#-
    Two relations agree on sums of the same columns for every key; a key that one of them lacks counts as 0 there.
    A failing row shows the key and both sums of the column that disagrees. For whole numbers: sums of them are exact.
    columns: what is summed; compare_model: the other relation; key_columns: for what the sums are compared.
-#}
{% test same_totals(model, columns, compare_model, key_columns) %}

with sides as (

    {% for relation, is_own in [(model, true), (compare_model, false)] -%}
    {%- for column in columns %}
    select
        {{ key_columns | join(',\n        ') }},
        '{{ column }}' as measure,
        {{ column if is_own else 0 }} as own_value,
        {{ 0 if is_own else column }} as other_value
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    {{ key_columns | join(',\n    ') }},
    measure,
    sum(own_value) as own_total,
    sum(other_value) as other_total
from sides
group by {{ key_columns | join(', ') }}, measure
having sum(own_value) <> sum(other_value)

{% endtest %}
