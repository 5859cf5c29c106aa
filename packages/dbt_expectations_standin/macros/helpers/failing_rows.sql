{#-
    Rows (or groups) of which the outcome does not hold. An outcome that is null is not a failure.
-#}
{% macro _failing_rows(
    model, outcome, group_by=none, row_condition=none, test_condition='= true'
) %}

with outcomes as (
    select
        {%- for item in group_by or [] %}
        {{ item }} as group_{{ loop.index }},
        {%- endfor %}
        {{ outcome }} as outcome
    from {{ model }}
    {%- if row_condition %}
    where {{ row_condition }}
    {%- endif %}
    {%- if group_by %}
    group by {{ group_by | join(', ') }}
    {%- endif %}
)

select *
from outcomes
where not (outcome {{ test_condition }})

{% endmacro %}
