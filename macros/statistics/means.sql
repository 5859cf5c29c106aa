{#-
    Welch's interval of the difference of two means, whose arms need not vary alike. Variances are those of samples
    (divided by n − 1). Arguments are repeated in the expressions, so name columns.
-#}

{#- Satterthwaite's degrees of freedom; null under two units in an arm, and where neither arm varies. -#}
{% macro welch_degrees_of_freedom(test_variance, test_units, control_variance, control_units) -%}
    case
        when {{ test_units }} >= 2 and {{ control_units }} >= 2
            then pow({{ test_variance }} / {{ test_units }} + {{ control_variance }} / {{ control_units }}, 2)
                / nullif(
                    pow({{ test_variance }} / {{ test_units }}, 2) / ({{ test_units }} - 1)
                    + pow({{ control_variance }} / {{ control_units }}, 2) / ({{ control_units }} - 1),
                    0
                )
    end
{%- endmacro %}

{#- How far the bounds are from the difference: exactly 0 where neither arm varies. -#}
{% macro welch_half_width(degrees_of_freedom, test_variance, test_units, control_variance, control_units) -%}
    case
        when {{ test_units }} < 2 or {{ control_units }} < 2 then null
        when {{ test_variance }} = 0 and {{ control_variance }} = 0 then 0
        else
            {{ student_quantile(degrees_of_freedom) }}
            * sqrt({{ test_variance }} / {{ test_units }} + {{ control_variance }} / {{ control_units }})
    end
{%- endmacro %}
