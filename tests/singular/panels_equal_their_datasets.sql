-- The brand's panels say what the datasets below them say, and facts that add up over campaigns add up to the brand:
-- a panel that lost or doubled rows in a join would differ here.
{%- set sums = {
    'sessions': [('business_dashboard_brand', 'sessions'), ('visits_daily', 'sessions')],
    'prospects': [('business_dashboard_brand', 'prospects'), ('exposures_daily_brand', 'prospects')],
    'exposed': [('business_dashboard_brand', 'exposed'), ('exposures_daily_brand', 'exposed')],
    'engaged': [('business_dashboard_brand', 'engaged'), ('exposures_daily_brand', 'engaged')],
    'engagement_views': [
        ('business_dashboard_brand', 'engagement_views'),
        ('views_and_accepted_offers_daily', 'engagement_views'),
        ('business_dashboard_lob', 'engagement_views'),
        ('business_dashboard_campaign', 'engagement_views'),
    ],
    'opened_conversations': [
        ('business_dashboard_brand', 'opened_conversations'),
        ('agent_messaging_activity', 'opened'),
        ('business_dashboard_campaign', 'opened_conversations'),
    ],
    'closed_conversations': [
        ('business_dashboard_brand', 'closed_conversations'),
        ('agent_messaging_activity', 'closed'),
        ('business_dashboard_campaign', 'closed_conversations'),
    ],
} -%}
{%- set relations = [] -%}
{%- for sides in sums.values() -%}
{%- for relation, column in sides -%}
{%- if relation not in relations -%}{%- do relations.append(relation) -%}{%- endif -%}
{%- endfor -%}
{%- endfor %}

with totals as (

    {% for relation in relations -%}
    select
        account_id,
        date_day,
        '{{ relation }}' as relation
        {%- for metric, sides in sums.items() %},
        {% set columns = sides | selectattr(0, 'equalto', relation) | map(attribute=1) | list -%}
        {{ 'sum(' ~ columns[0] ~ ')' if columns else 'null' }} as {{ metric }}
        {%- endfor %}
    from {{ ref(relation) }}
    group by account_id, date_day
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

brand as (

    select * from totals where relation = 'business_dashboard_brand'

),

other as (

    select * from totals where relation <> 'business_dashboard_brand'

)

select
    other.relation,
    other.account_id,
    other.date_day,
    {%- for metric in sums %}
    brand.{{ metric }} as brand_{{ metric }},
    other.{{ metric }} as other_{{ metric }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from other
left join brand on other.account_id = brand.account_id and other.date_day = brand.date_day
where
    {%- for metric in sums %}
    {{ 'or ' if not loop.first }}other.{{ metric }} <> coalesce(brand.{{ metric }}, 0)
    {%- endfor %}
