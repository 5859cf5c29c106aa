{#-
    One row per account, credited date, device and source type of the touch, goal type, group and credited
    agent. Unattributed conversions have no credited date and are in attributed_conversions only.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'date_day'],
        unit_type='date',
        touched_by={'int_conversions__attributed': 'credited_date'},
    )
}}

with credited as (

    select
        conversions.account_id,
        conversions.credited_date as date_day,
        conversions.initial_device,
        conversions.source_type,
        conversions.kind as goal_type,
        conversions.attribution_group,
        coalesce(conversions.control_kind, 'none') as control_kind,
        conversions.in_session,
        conversions.is_direct,
        conversions.had_exposure,
        coalesce(conversations.agent_id, 'none') as agent_id,
        coalesce(conversations.skill_id, 'none') as skill_id,
        coalesce(conversations.agent_group_id, 'none') as agent_group_id,
        conversions.revenue
    from {{ ref('int_conversions__attributed') }} as conversions
    left join {{ ref('int_conversations') }} as conversations
        on
            conversions.account_id = conversations.account_id
            and conversions.conversation_id = conversations.conversation_id
    where
        conversions.credited_date is not null
        and {{ is_touched('conversions.account_id', 'conversions.credited_date') }}

),

conversions_daily_brand as (

    select
        account_id,
        date_day,
        initial_device,
        source_type,
        goal_type,
        attribution_group,
        control_kind,
        in_session,
        is_direct,
        had_exposure,
        agent_id,
        skill_id,
        agent_group_id,
        count(*) as conversions,
        cast(sum(case when goal_type = 'sell' then 1 else 0 end) as bigint) as sell_conversions,
        cast(sum(revenue) as double) as revenue
    from credited
    group by
        account_id,
        date_day,
        initial_device,
        source_type,
        goal_type,
        attribution_group,
        control_kind,
        in_session,
        is_direct,
        had_exposure,
        agent_id,
        skill_id,
        agent_group_id

)

select
    account_id,
    date_day,
    initial_device,
    source_type,
    goal_type,
    attribution_group,
    control_kind,
    in_session,
    is_direct,
    had_exposure,
    agent_id,
    skill_id,
    agent_group_id,
    conversions,
    sell_conversions,
    revenue
from conversions_daily_brand
