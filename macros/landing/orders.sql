{#-
    Value of an order: the sum over its items of first price × quantity, exact. A quantity that is not there counts as
    1, a price as 0; what is no number, or too large to be added up exactly, is as if it were not there.
-#}
{% macro order_value(items) -%}
    {%- set fields = json_parse('item', '{"price":"JSON","quantity":"JSON"}') -%}
    {%- set prices = array_keep(
        json_items('fields.price'), 'price_item', 'coalesce(' ~ json_is_object('price_item') ~ ', false)'
    ) -%}
    {%- set price = amount_or_null(json_scalar(json_parse(array_first(prices), '{"value":"JSON"}') ~ '."value"')) -%}
    {%- set quantity = 'coalesce(' ~ amount_or_null(json_scalar('fields.quantity')) ~ ', 1)' -%}
    {%- set value = let(fields, 'fields', let(price, 'price', let(quantity, 'quantity', product_or_null('price', 'quantity')))) -%}
    {%- set objects = array_keep(items, 'item', 'coalesce(' ~ json_is_object('item') ~ ', false)') -%}
    coalesce({{ array_sum(array_map(objects, 'item', value)) }}, 0)
{%- endmacro %}

{#- The product of two amounts as an amount; null where it is not below 10^18. -#}
{% macro product_or_null(left_amount, right_amount) -%}
    (case
        when abs(cast({{ left_amount }} as double) * cast({{ right_amount }} as double)) < 1000000000000000000
            then cast({{ left_amount }} * {{ right_amount }} as decimal(38, 9))
    end)
{%- endmacro %}
