{#- Sell conversions and revenue of group messaging, by whether the order fell in the touch's own session. -#}
{% macro sales_sums() -%}
    {{ conversion_sum('in_session_sell', 'sell_conversions', 'in_session') }},
        {{ conversion_sum('in_session_revenue', 'revenue', 'in_session') }},
        {{ conversion_sum('cross_session_sell', 'sell_conversions', 'not in_session') }},
        {{ conversion_sum('cross_session_revenue', 'revenue', 'not in_session') }}
{%- endmacro %}

{% macro sales_metrics() -%}
    in_session_sell as in_session_sales_conversion,
    in_session_revenue as in_session_sales_revenue,
    {{ ratio('in_session_revenue', 'in_session_sell') }} as in_session_sales_aov,
    cross_session_sell as cross_session_sales_conversion,
    cross_session_revenue as cross_session_sales_revenue,
    {{ ratio('cross_session_revenue', 'cross_session_sell') }} as cross_session_sales_aov,
    in_session_sell + cross_session_sell as sales_conversion,
    in_session_revenue + cross_session_revenue as sales_revenue,
    {{ ratio('(in_session_revenue + cross_session_revenue)', '(in_session_sell + cross_session_sell)') }} as sales_aov
{%- endmacro %}
