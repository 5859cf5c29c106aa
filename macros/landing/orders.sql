{#-
    The items of an order as structs of JSON values: quantity, first price (what is no object among the prices is none),
    and the shape of a price from which none can be read. What is no object among the items is none.
-#}
{% macro order_items(items) -%}
    {%- set parsed = array_map(
        array_keep('json_items(' ~ items ~ ')', 'item', 'json_is_object(item)'),
        'item',
        json_parse('item', '{"price":"JSON","quantity":"JSON"}')
    ) -%}
    {%- set prices = array_keep('json_items(item.price)', 'price', 'json_is_object(price)') -%}
    {{ array_map(parsed, 'item', struct({
        'price': json_parse(array_first(prices), '{"value":"JSON"}') ~ '."value"',
        'quantity': 'item.quantity',
        'priceless': 'case when ' ~ array_size(prices) ~ ' = 0 and not coalesce(json_is_list(item.price) and '
            ~ array_size('json_items(item.price)') ~ ' = 0, false) then json_shape(item.price) end',
    })) }}
{%- endmacro %}

{#-
    Value of an order: the sum over its items of first price × quantity, exact. A quantity that is not there counts as
    1, a price as 0; what is no number, or too large to be added up exactly, is as if it were not there.
-#}
{% macro order_value(items) -%}
    {%- set factors = array_map(items, 'item', struct({
        'price': 'json_amount(item.price)',
        'quantity': 'coalesce(json_amount(item.quantity), 1)',
    })) -%}
    coalesce({{ array_sum(array_map(factors, 'factor', 'amount_product(factor.price, factor.quantity)')) }}, 0)
{%- endmacro %}

{#- Values of an order that are there and cannot be used, of its items as JSON and of those that order_items gives. -#}
{% macro order_unusable_values(items, order_items) -%}
    {{ unusable_values([
        "[misshapen('items', " ~ items ~ ", '(list)')]",
        item_checks('json_items(' ~ items ~ ')', 'item', ["misshapen('items', item, '(object)')"]),
        item_checks(order_items, 'item', [
            "unusable_value('items.price', 'unusable_number', item.priceless)",
            "json_unusable_amount('items.price.value', item.price)",
            "json_unusable_amount('items.quantity', item.quantity)",
            "unusable_value('items.quantity', 'unusable_number', case "
                ~ "when json_amount(item.price) is not null and json_amount(item.quantity) is not null "
                ~ "and amount_product(json_amount(item.price), json_amount(item.quantity)) is null "
                ~ "then json_scalar(item.quantity) end)",
        ]),
        'misshapen',
    ]) }}
{%- endmacro %}
