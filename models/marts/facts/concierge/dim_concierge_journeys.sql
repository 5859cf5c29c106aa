{#-
    One row per journey that a text names or a figure is of: what the journey is called. Includes journeys without a
    name, as `unknown`, and what is of no journey, as `none`, so that a figure asked for by name says what its panel says.
-#}
with names as (

    select * from {{ ref('int_concierge__journeys') }}

),

journeys as (

    select
        account_id,
        journey_id
    from names
    {%- for facts in ['conversations', 'sends', 'orders'] %}
    union
    select
        account_id,
        journey_id
    from {{ ref('fct_concierge_' ~ facts) }}
    {%- endfor %}

)

select
    journeys.account_id,
    journeys.journey_id,
    {{ member_key('journeys.account_id', 'journeys.journey_id') }} as journey_key,
    coalesce(names.journey_name, case when journeys.journey_id = 'none' then 'none' else 'unknown' end) as journey_name
from journeys
left join names
    on journeys.account_id = names.account_id and journeys.journey_id = names.journey_id
