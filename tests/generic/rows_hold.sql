{#-
    What holds of each row, all of it in one look at the rows. A failing row is shown whole, and before it what does not
    hold of it, or the first of several.
    never_null: columns that are never null; one_of: columns, and the values that each may have, null not among them;
    rules: conditions on a row, which hold too where they are null.
-#}
{% test rows_hold(model, never_null=[], one_of={}, rules=[]) %}

{%- set broken = [] -%}
{%- for column in never_null -%}
    {%- do broken.append([column ~ ' is not null', column ~ ' is null']) -%}
{%- endfor -%}
{%- for column, values in one_of.items() -%}
    {%- set listed = column ~ " in ('" ~ values | join("', '") ~ "')" -%}
    {%- do broken.append([listed, 'coalesce(not ' ~ listed ~ ', true)']) -%}
{%- endfor -%}
{%- for rule in rules -%}
    {%- do broken.append([rule, 'not (' ~ rule ~ ')']) -%}
{%- endfor %}

with tested as (

    select
        case
            {%- for rule, is_broken in broken %}
            when {{ is_broken }} then '{{ rule | replace("'", "''") }}'
            {%- endfor %}
        end as broken_rule,
        *
    from {{ model }}

)

select *
from tested
where broken_rule is not null

{% endtest %}
