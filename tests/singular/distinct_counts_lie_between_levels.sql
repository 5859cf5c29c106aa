-- A distinct count of the brand is at least that of any member. For lines of business and campaigns, of which every
-- fact has one, it is also at most the sum over members; at other levels only the exposures are.
{%- set measures = [
    'prospects', 'exposed', 'exposed_not_engaged', 'engaged', 'control_visits', 'exposures', 'online_exposures',
] -%}
{%- set exposures = ['exposures', 'online_exposures'] %}

with members as (

    select
        level,
        account_id,
        date_day,
        initial_device,
        source_type,
        {%- for measure in measures %}
        max({{ measure }}) as greatest_{{ measure }},
        sum({{ measure }}) as sum_{{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('exposures_daily_levels') }}
    where level <> 'brand'
    group by level, account_id, date_day, initial_device, source_type

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
    or coalesce(brand.{{ measure }}, 0) > members.sum_{{ measure }}
    {%- if measure not in exposures %} and members.level in ('lob', 'campaign'){% endif %}
    {%- endfor %}
