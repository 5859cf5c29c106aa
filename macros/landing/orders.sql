{#-
    Value of an order: the sum over its items of first price × quantity, exact. A quantity that is not there counts as
    1, a price as 0; what is no number, or too large to be added up exactly, is as if it were not there.
-#}
{% macro order_value(items) -%}
    {%- set factors = array_map(items, 'item', struct({
        'price': 'json_amount(' ~ first_price('item') ~ ')',
        'quantity': 'coalesce(json_amount(item.quantity), 1)',
    })) -%}
    coalesce({{ array_sum(array_map(factors, 'factor', 'amount_product(factor.price, factor.quantity)')) }}, 0)
{%- endmacro %}

{#- The first price of an order item, as JSON; what is no object among the prices is none. -#}
{% macro first_price(item) -%}
    {{ json_parse(array_first(array_keep(item ~ '.price', 'price', 'json_is_object(price)')), '{"value":"JSON"}') }}."value"
{%- endmacro %}
