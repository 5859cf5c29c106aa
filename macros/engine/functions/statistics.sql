{#-
    Statistics in plain arithmetic: what 95 % says of two proportions or two means, tails and quantiles. Arms are given as
    counts of converters and of units; with an empty arm every result is null. The two polynomials are minimax fits to
    scipy's values on a dense grid over their whole range (Chebyshev nodes, weights moved by Lawson's rule until the
    greatest relative error was least); tests/python/test_statistics.py holds every function against scipy or statsmodels.
-#}
{% macro duckdb__statistics_functions() -%}

-- The complementary error function of `argument`, 0 or more, to 6e-9 of its value however far out; t is
-- 1 / (1 + argument / 2).
create or replace macro complementary_error_by(argument, t) as
    t * exp(
        -argument * argument
        + (-1.2655121182326e0 + t * (0.999998203661568e0 + t * (0.375101650675241e0 + t * (0.0810834563639803e0 + t *
          (-0.060280215767441e0 + t * (-0.3154477421433e0 + t * (0.628734550633283e0 + t * (-1.91803090851339e0 + t *
          (3.49061013428206e0 + t * (-3.34243946297313e0 + t * (1.74287232182712e0 + t * (-0.464102840498009e0 + t *
          (0.0474129654334196e0)))))))))))))
    );

-- The same function of the argument alone.
create or replace macro complementary_error(argument) as
    complementary_error_by(argument, 1 / (1 + 0.5e0 * argument));

-- The chance that a standard normal value is at least this far from 0, on either side; exactly 1 at 0.
create or replace macro normal_tails(z) as
    case
        when z = 0 then 1
        -- least() passes over a null
        when z is not null then least(1, complementary_error(abs(z) / 1.4142135623730951e0))
    end;

-- The chance that chi-square with one degree of freedom is at least this great.
create or replace macro chi_square_tail(chi_square) as
    normal_tails(sqrt(chi_square));

-- Student's t at .975, by 1 / degrees of freedom: exp of a polynomial, to 1.5e-9 of its value.
create or replace macro student_quantile_by(x) as
    exp(
        (0.672926096379188e0 + x * (1.21036518294614e0 + x * (0.707559744573803e0 + x * (0.152590645979169e0 + x *
        (-0.236311999098511e0 + x * (-0.0737593974919493e0 + x * (0.244737354482597e0 + x * (-0.438489613993088e0 + x *
        (0.828771707930444e0 + x * (-1.01310268802763e0 + x * (0.716688719735208e0 + x * (-0.274383792970673e0 + x *
        (0.044498477075489e0)))))))))))))
    );

-- The same for any degrees of freedom from 1 up.
create or replace macro student_quantile(degrees_of_freedom) as
    student_quantile_by(1 / degrees_of_freedom);

-- Converters over units; null without units.
create or replace macro proportion(converters, units) as
    converters / cast(nullif(units, 0) as double);

-- A bound of Wilson's score interval of a proportion: `side` is -1 for the lower and 1 for the upper one.
create or replace macro wilson_bound(converters, units, side) as
    (
        converters + 3.841458820694124e0 / 2
        + side * 1.959963984540054e0 * sqrt(converters * (1 - proportion(converters, units)) + 3.841458820694124e0 / 4)
    ) / (nullif(units, 0) + 3.841458820694124e0);

-- Wilson's interval is exactly 0 where nobody and exactly 1 where everybody converted.
create or replace macro wilson_low(converters, units) as
    case when converters = 0 and units > 0 then 0 else wilson_bound(converters, units, -1) end;

-- The upper bound likewise.
create or replace macro wilson_high(converters, units) as
    case when converters = units and units > 0 then 1 else wilson_bound(converters, units, 1) end;

-- The difference of two proportions.
create or replace macro rate_difference(test_converters, test_units, control_converters, control_units) as
    proportion(test_converters, test_units) - proportion(control_converters, control_units);

-- Newcombe's interval (method 10) of that difference: the distances to both Wilson intervals, squared and added.
create or replace macro newcombe_low(test_converters, test_units, control_converters, control_units) as
    rate_difference(test_converters, test_units, control_converters, control_units) - sqrt(
        pow(proportion(test_converters, test_units) - wilson_low(test_converters, test_units), 2)
        + pow(wilson_high(control_converters, control_units) - proportion(control_converters, control_units), 2)
    );

-- The upper bound likewise.
create or replace macro newcombe_high(test_converters, test_units, control_converters, control_units) as
    rate_difference(test_converters, test_units, control_converters, control_units) + sqrt(
        pow(wilson_high(test_converters, test_units) - proportion(test_converters, test_units), 2)
        + pow(proportion(control_converters, control_units) - wilson_low(control_converters, control_units), 2)
    );

-- The ratio of two proportions less 1; null where an arm has no converter, because no interval is then to be had.
create or replace macro relative_lift(test_converters, test_units, control_converters, control_units) as
    proportion(nullif(test_converters, 0), test_units) / proportion(nullif(control_converters, 0), control_units) - 1;

-- A bound of Katz's interval of that lift, which takes the logarithm of the ratio as normal: `side` as above.
create or replace macro katz_bound(test_converters, test_units, control_converters, control_units, side) as
    (1 + relative_lift(test_converters, test_units, control_converters, control_units)) * exp(
        side * 1.959963984540054e0 * sqrt(
            (1 - proportion(test_converters, test_units)) / nullif(test_converters, 0)
            + (1 - proportion(control_converters, control_units)) / nullif(control_converters, 0)
        )
    ) - 1;

-- Katz's lower bound.
create or replace macro katz_low(test_converters, test_units, control_converters, control_units) as
    katz_bound(test_converters, test_units, control_converters, control_units, -1);

-- Katz's upper bound.
create or replace macro katz_high(test_converters, test_units, control_converters, control_units) as
    katz_bound(test_converters, test_units, control_converters, control_units, 1);

-- The standard error of a difference of two proportions with one rate for both arms; exactly 0 where nothing varies.
create or replace macro standard_error_at(rate, test_units, control_units) as
    sqrt(
        rate * (1 - rate)
        * (1 / cast(nullif(test_units, 0) as double) + 1 / cast(nullif(control_units, 0) as double))
    );

-- The same at the pooled rate.
create or replace macro pooled_standard_error(test_converters, test_units, control_converters, control_units) as
    standard_error_at(
        proportion(test_converters + control_converters, test_units + control_units), test_units, control_units
    );

-- The difference of two proportions over its pooled standard error; null where nothing varies.
create or replace macro pooled_z(test_converters, test_units, control_converters, control_units) as
    rate_difference(test_converters, test_units, control_converters, control_units)
    / nullif(pooled_standard_error(test_converters, test_units, control_converters, control_units), 0);

-- The difference that so many units show with 80 % power: (1.96 + 0.84) pooled standard errors.
create or replace macro minimum_detectable_difference(
    test_converters, test_units, control_converters, control_units
) as
    (1.959963984540054e0 + 0.8416212335729143e0)
    * pooled_standard_error(test_converters, test_units, control_converters, control_units);

-- Chi-square of observed against expected control units; null where the expectation is none of the units or all.
create or replace macro sample_ratio_chi_square(test_units, control_units, expected_control_units) as
    case
        when expected_control_units > 0 and expected_control_units < test_units + control_units
            then pow(control_units - expected_control_units, 2)
                * (1 / expected_control_units + 1 / (test_units + control_units - expected_control_units))
    end;

-- Satterthwaite's degrees of freedom for Welch's interval of the difference of two means, whose arms need not vary
-- alike (variances of samples, divided by n - 1); null under two units in an arm, and where neither arm varies.
create or replace macro welch_degrees_of_freedom(test_variance, test_units, control_variance, control_units) as
    case
        when test_units >= 2 and control_units >= 2
            then pow(test_variance / test_units + control_variance / control_units, 2) / nullif(
                pow(test_variance / test_units, 2) / (test_units - 1)
                + pow(control_variance / control_units, 2) / (control_units - 1),
                0
            )
    end;

-- How far Welch's bounds are from the difference of the means: exactly 0 where neither arm varies.
create or replace macro welch_half_width(
    degrees_of_freedom, test_variance, test_units, control_variance, control_units
) as
    case
        when test_units < 2 or control_units < 2 then null
        when test_variance = 0 and control_variance = 0 then 0
        else
            student_quantile(degrees_of_freedom)
            * sqrt(test_variance / test_units + control_variance / control_units)
    end;

{%- endmacro %}
