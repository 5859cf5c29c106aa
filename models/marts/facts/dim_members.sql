{#-
    One row per account, kind of member and member that is configured or that a figure is of: what it is called.
    Includes members that configuration does not name, as `unknown`, so that a figure asked for by name says what its
    panel says.
-#}
{%- set figures = {
    'exposures_daily_campaign': ['campaign'],
    'exposures_daily_lob': ['lob'],
    'exposures_daily_engagement': ['engagement'],
    'exposures_daily_entry_point': ['entry_point'],
    'views_and_accepted_offers_daily': ['campaign', 'lob', 'engagement', 'entry_point'],
    'conversions_daily': ['campaign', 'engagement', 'skill', 'agent_group', 'agent'],
    'agent_messaging_activity': ['campaign', 'engagement', 'skill', 'agent_group', 'agent'],
    'consumer_messaging_activity': ['campaign', 'engagement', 'skill', 'agent_group', 'agent'],
    'agent_activity_hourly': ['agent_group', 'agent'],
} %}

with names as (

    select * from {{ ref('int_configuration__names') }}

),

accounts as (

    select account_id from {{ ref('visits_daily') }}
    union
    select account_id from {{ ref('agent_messaging_activity') }}

),

members as (

    select
        account_id,
        entity,
        entity_id
    from names
    {%- for dataset, entities in figures.items() %}
    {%- for entity in entities %}
    union
    select
        account_id,
        '{{ entity }}' as entity,
        {{ entity }}_id as entity_id
    from {{ ref(dataset) }}
    {%- endfor %}
    {%- endfor %}
    -- in the layer, as on the panels, what names no campaign is of the campaign `unknown`
    union
    select
        account_id,
        'campaign' as entity,
        'unknown' as entity_id
    from accounts
    -- visits meet campaigns without an engagement, too
    union
    select
        account_id,
        'engagement' as entity,
        'none' as entity_id
    from accounts
    union
    select
        account_id,
        'entry_point' as entity,
        'none' as entity_id
    from accounts

)

select
    members.account_id,
    members.entity,
    members.entity_id,
    {{ member_key('members.entity', 'members.account_id', 'members.entity_id') }} as member_key,
    coalesce(
        names.entity_name,
        case when members.entity_id = 'none' and members.entity != 'campaign' then 'none' else 'unknown' end
    ) as entity_name
from members
left join names
    on
        members.account_id = names.account_id
        and members.entity = names.entity
        and members.entity_id = names.entity_id
