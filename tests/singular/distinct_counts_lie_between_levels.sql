-- A distinct count of the brand is at least that of any member. For lines of business and campaigns, of which every
-- fact has one, it is also at most the sum over members; for engagements and entry points only the exposures are.
{%- set measures = [
    'prospects', 'exposed', 'exposed_not_engaged', 'engaged', 'control_visits', 'exposures', 'online_exposures',
] -%}
{%- set levels = {
    'lob': measures,
    'campaign': measures,
    'engagement': ['exposures', 'online_exposures'],
    'entry_point': ['exposures', 'online_exposures'],
} %}

with members as (

    {% for level in levels -%}
    select
        '{{ level }}' as level,
        account_id,
        date_day,
        initial_device,
        source_type,
        {%- for measure in measures %}
        max({{ measure }}) as greatest_{{ measure }},
        sum({{ measure }}) as sum_{{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('exposures_daily_' ~ level) }}
    group by account_id, date_day, initial_device, source_type
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    members.*,
    {%- for measure in measures %}
    coalesce(brand.{{ measure }}, 0) as {{ measure }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from members
left join {{ ref('exposures_daily_brand') }} as brand
    on
        members.account_id = brand.account_id
        and members.date_day = brand.date_day
        and members.initial_device = brand.initial_device
        and members.source_type = brand.source_type
where
    {%- for measure in measures %}
    {{ 'or ' if not loop.first }}members.greatest_{{ measure }} > coalesce(brand.{{ measure }}, 0)
    {%- endfor %}
    {%- for level, bounded in levels.items() %}
    {%- for measure in bounded %}
    or members.level = '{{ level }}' and coalesce(brand.{{ measure }}, 0) > members.sum_{{ measure }}
    {%- endfor %}
    {%- endfor %}
