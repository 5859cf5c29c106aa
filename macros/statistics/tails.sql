{#-
    Tails and quantiles in plain arithmetic (exp, sqrt, case). Arguments are repeated in the expression, so name columns.
    The polynomials are minimax fits to scipy's values on a dense grid of their whole range, in the variable that maps it
    to 0 to 1; tests/python/test_statistics.py checks both their values and their accuracy.
-#}

{#- A polynomial by Horner's rule, coefficients from the constant upwards. -#}
{% macro polynomial(variable, coefficients) -%}
    {%- for coefficient in coefficients[:-1] -%}
        ({{ coefficient }} + {{ variable }} * {% endfor -%}
    ({{ coefficients[-1] }})
    {%- for coefficient in coefficients[:-1] -%}){%- endfor -%}
{%- endmacro %}

{#-
    The complementary error function for an argument of 0 or more, to 6e-9 of its value however far out:
    t × exp(−x² + polynomial in t) with t = 1 / (1 + x / 2).
-#}
{% macro complementary_error(argument) -%}
    {%- set t = '(1 / (1 + 0.5e0 * (' ~ argument ~ ')))' -%}
    {{ t }} * exp(-({{ argument }}) * ({{ argument }}) + {{ polynomial(t, [
        '-1.2655121182326e0', '0.999998203661568e0', '0.375101650675241e0', '0.0810834563639803e0',
        '-0.060280215767441e0', '-0.3154477421433e0', '0.628734550633283e0', '-1.91803090851339e0',
        '3.49061013428206e0', '-3.34243946297313e0', '1.74287232182712e0', '-0.464102840498009e0',
        '0.0474129654334196e0',
    ]) }})
{%- endmacro %}

{#- The chance that a standard normal value is at least this far from 0, on either side; 1 at 0. -#}
{% macro normal_tails(z) -%}
    case
        when ({{ z }}) = 0 then 1
        -- least() passes over a null
        when ({{ z }}) is not null then least(1, {{ complementary_error('abs(' ~ z ~ ') / 1.4142135623730951e0') }})
    end
{%- endmacro %}

{#- The chance that chi-square with one degree of freedom is at least this great. -#}
{% macro chi_square_tail(chi_square) -%}
    {{ normal_tails('sqrt(' ~ chi_square ~ ')') }}
{%- endmacro %}

{#- Student's t at .975 for any degrees of freedom from 1 up, to 1.5e-9 of its value: exp of a polynomial in 1 / df. -#}
{% macro student_quantile(degrees_of_freedom) -%}
    exp({{ polynomial('(1 / ' ~ degrees_of_freedom ~ ')', [
        '0.672926096379188e0', '1.21036518294614e0', '0.707559744573803e0', '0.152590645979169e0',
        '-0.236311999098511e0', '-0.0737593974919493e0', '0.244737354482597e0', '-0.438489613993088e0',
        '0.828771707930444e0', '-1.01310268802763e0', '0.716688719735208e0', '-0.274383792970673e0',
        '0.044498477075489e0',
    ]) }})
{%- endmacro %}
