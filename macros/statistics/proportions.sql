{#-
    Two proportions and what 95 % says of them. Arguments are counts of converters and of units by arm; with an empty arm
    every result is null. They are repeated in the expressions, so name columns.
-#}

{% macro normal_quantile_975() -%}1.959963984540054e0{%- endmacro %}

{% macro normal_quantile_80() -%}0.8416212335729143e0{%- endmacro %}

{#- Converters over units as a double; null without units. -#}
{% macro proportion(converters, units) -%}
    (({{ converters }}) / cast(nullif({{ units }}, 0) as double))
{%- endmacro %}

{#- Wilson's score interval of one proportion: exactly 0 and 1 where nobody and where everybody converted. -#}
{% macro wilson_low(converters, units) -%}
    case
        when {{ converters }} = 0 and {{ units }} > 0 then 0
        else {{ wilson_bound(converters, units, '-') }}
    end
{%- endmacro %}

{% macro wilson_high(converters, units) -%}
    case
        when {{ converters }} = {{ units }} and {{ units }} > 0 then 1
        else {{ wilson_bound(converters, units, '+') }}
    end
{%- endmacro %}

{% macro wilson_bound(converters, units, sign) -%}
    {%- set z = normal_quantile_975() -%}
    {%- set squared = '(' ~ z ~ ' * ' ~ z ~ ')' -%}
    (
        {{ converters }} + {{ squared }} / 2 {{ sign }} {{ z }} * sqrt(
            {{ converters }} * (1 - {{ proportion(converters, units) }}) + {{ squared }} / 4
        )
    ) / (nullif({{ units }}, 0) + {{ squared }})
{%- endmacro %}

{#- Newcombe's interval (method 10) of the difference of two proportions: each arm's Wilson interval, squared and added. -#}
{% macro newcombe_low(test_converters, test_units, control_converters, control_units) -%}
    {{ proportion(test_converters, test_units) }} - {{ proportion(control_converters, control_units) }} - sqrt(
        pow({{ proportion(test_converters, test_units) }} - ({{ wilson_low(test_converters, test_units) }}), 2)
        + pow(({{ wilson_high(control_converters, control_units) }}) - {{ proportion(control_converters, control_units) }}, 2)
    )
{%- endmacro %}

{% macro newcombe_high(test_converters, test_units, control_converters, control_units) -%}
    {{ proportion(test_converters, test_units) }} - {{ proportion(control_converters, control_units) }} + sqrt(
        pow(({{ wilson_high(test_converters, test_units) }}) - {{ proportion(test_converters, test_units) }}, 2)
        + pow({{ proportion(control_converters, control_units) }} - ({{ wilson_low(control_converters, control_units) }}), 2)
    )
{%- endmacro %}

{#- The ratio of two proportions less 1; null where an arm has no converter, because no interval is then to be had. -#}
{% macro relative_lift(test_converters, test_units, control_converters, control_units) -%}
    {{ proportion('nullif(' ~ test_converters ~ ', 0)', test_units) }}
    / {{ proportion('nullif(' ~ control_converters ~ ', 0)', control_units) }} - 1
{%- endmacro %}

{#- Katz's interval of the relative lift: the logarithm of the ratio is taken as normal. -#}
{% macro katz_low(test_converters, test_units, control_converters, control_units) -%}
    {{ katz_bound(test_converters, test_units, control_converters, control_units, '-') }}
{%- endmacro %}

{% macro katz_high(test_converters, test_units, control_converters, control_units) -%}
    {{ katz_bound(test_converters, test_units, control_converters, control_units, '') }}
{%- endmacro %}

{% macro katz_bound(test_converters, test_units, control_converters, control_units, sign) -%}
    (1 + {{ relative_lift(test_converters, test_units, control_converters, control_units) }})
    * exp({{ sign }}{{ normal_quantile_975() }} * sqrt(
        (1 - {{ proportion(test_converters, test_units) }}) / nullif({{ test_converters }}, 0)
        + (1 - {{ proportion(control_converters, control_units) }}) / nullif({{ control_converters }}, 0)
    )) - 1
{%- endmacro %}

{#- The difference of two proportions over its standard error with both arms pooled; null where nothing varies. -#}
{% macro pooled_z(test_converters, test_units, control_converters, control_units) -%}
    (
        ({{ proportion(test_converters, test_units) }} - {{ proportion(control_converters, control_units) }})
        / nullif({{ pooled_standard_error(test_converters, test_units, control_converters, control_units) }}, 0)
    )
{%- endmacro %}

{#- The standard error of the difference of two proportions with both arms pooled; exactly 0 where nothing varies. -#}
{% macro pooled_standard_error(test_converters, test_units, control_converters, control_units) -%}
    {%- set converters = '(' ~ test_converters ~ ' + ' ~ control_converters ~ ')' -%}
    {%- set units = '(' ~ test_units ~ ' + ' ~ control_units ~ ')' -%}
    sqrt(
        {{ proportion(converters, units) }} * (1 - {{ proportion(converters, units) }})
        * (1 / cast(nullif({{ test_units }}, 0) as double) + 1 / cast(nullif({{ control_units }}, 0) as double))
    )
{%- endmacro %}

{#- The difference that an experiment of this size would see with 80 % power, at the pooled rate. -#}
{% macro minimum_detectable_difference(test_converters, test_units, control_converters, control_units) -%}
    ({{ normal_quantile_975() }} + {{ normal_quantile_80() }})
    * {{ pooled_standard_error(test_converters, test_units, control_converters, control_units) }}
{%- endmacro %}

{#-
    Chi-square of the observed against the expected number of control units; null where the expectation is none of the
    units or all of them.
-#}
{% macro sample_ratio_chi_square(test_units, control_units, expected_control_units) -%}
    case
        when {{ expected_control_units }} > 0 and {{ expected_control_units }} < {{ test_units }} + {{ control_units }}
            then pow({{ control_units }} - {{ expected_control_units }}, 2) * (
                1 / {{ expected_control_units }}
                + 1 / ({{ test_units }} + {{ control_units }} - {{ expected_control_units }})
            )
    end
{%- endmacro %}
