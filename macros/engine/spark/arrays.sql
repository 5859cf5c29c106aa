{#- Arrays on Spark: lambdas with an arrow, places from 0. -#}

{% macro spark__array_map(list, item, expression) -%}
    transform({{ list }}, {{ item }} -> {{ expression }})
{%- endmacro %}

{% macro spark__array_keep(list, item, condition) -%}
    filter({{ list }}, {{ item }} -> {{ condition }})
{%- endmacro %}

{% macro spark__array_first(list) -%}
    get({{ list }}, 0)
{%- endmacro %}

{% macro spark__array_size(list) -%}
    array_size({{ list }})
{%- endmacro %}

{#- A sum of two decimals has one digit more: each is narrowed first, so that no digit after the point is lost. -#}
{% macro spark__array_sum(list) -%}
    aggregate(
        filter({{ list }}, item -> item is not null),
        cast(null as decimal(38, 9)),
        (total, item) -> cast(
            coalesce(cast(total as decimal(36, 9)), 0) + cast(item as decimal(36, 9)) as decimal(38, 9)
        )
    )
{%- endmacro %}

{#- Spark's flatten is null as soon as one of the arrays is. -#}
{% macro spark__array_flatten(list) -%}
    flatten(filter({{ list }}, item -> item is not null))
{%- endmacro %}

{% macro spark__item_and_place(list, name) -%}
    inline(transform(
            {{ list }},
            (item, place) -> named_struct('{{ name }}_item', item, '{{ name }}_place', cast(place + 1 as bigint))
        ))
{%- endmacro %}

{% macro spark__place_of_least(list, limit) -%}
    (case when array_min({{ list }}) < {{ limit }} then array_position({{ list }}, array_min({{ list }})) end)
{%- endmacro %}

{% macro spark__struct(fields) -%}
    named_struct(
        {%- for name, expression in fields.items() -%}
            '{{ name }}', {{ expression }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
