{#-
    Benjamini and Hochberg's adjustment of the p values of a family: of each, the least p × m / rank among those that are
    not smaller. Windows cannot be nested, so it takes two steps. Rows without a p value are no tests and get none. The
    frames are ranges: equal p values share a rank, and need no order among them.
-#}

{#- First step: p × m / rank, m the number of tests in the family. `family` is a list of columns. -#}
{% macro p_value_by_rank(p_value, family) -%}
    {{ p_value }} * (
        count({{ p_value }}) over (partition by {{ family | join(', ') }})
        / cast(count({{ p_value }}) over (
            partition by {{ family | join(', ') }}
            order by {{ p_value }}
            range between unbounded preceding and current row
        ) as double)
    )
{%- endmacro %}

{#- Second step, over the column that the first one made. -#}
{% macro adjusted_p_value(p_value, by_rank, family) -%}
    case
        when {{ p_value }} is not null
            then least(1, min({{ by_rank }}) over (
                partition by {{ family | join(', ') }}
                order by {{ p_value }} desc
                range between unbounded preceding and current row
            ))
    end
{%- endmacro %}
