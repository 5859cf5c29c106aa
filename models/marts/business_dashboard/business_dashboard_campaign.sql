{#- One row per account, local date and campaign: funnel, conversations, conversions, efficiency and operations.
    Hours cannot be traced to a member: each row carries the account's, and they never add up over members. -#}
{{ config(materialized='view') }}

with sessions as (

    select
        account_id,
        date_day,
        {{ summed(['sessions']) }}
    from {{ ref('visits_daily') }}
    group by account_id, date_day

),

funnel as (

    select
        account_id,
        date_day,
        campaign_id,
        {{ summed(funnel_columns()) }}
    from {{ ref('exposures_daily_campaign') }}
    group by account_id, date_day, campaign_id

),

views as (

    select
        account_id,
        date_day,
        case when campaign_id = 'none' then 'unknown' else campaign_id end as campaign_id,
        {{ summed(view_columns()) }}
    from {{ ref('views_and_accepted_offers_daily') }}
    group by account_id, date_day, case when campaign_id = 'none' then 'unknown' else campaign_id end

),

conversations as (

    select
        account_id,
        date_day,
        case when campaign_id = 'none' then 'unknown' else campaign_id end as campaign_id,
        {{ summed(conversation_measures()) }},
        {{ exact_sum('duration_seconds', 18) }} as duration_seconds
    from {{ ref('agent_messaging_activity') }}
    group by account_id, date_day, case when campaign_id = 'none' then 'unknown' else campaign_id end

),

consumers as (

    select
        account_id,
        date_day,
        case when campaign_id = 'none' then 'unknown' else campaign_id end as campaign_id,
        {{ summed(['responses']) }},
        {{ exact_sum('response_seconds', 18) }} as response_seconds
    from {{ ref('consumer_messaging_activity') }}
    group by account_id, date_day, case when campaign_id = 'none' then 'unknown' else campaign_id end

),

conversions as (

    select
        account_id,
        date_day,
        case when campaign_id = 'none' then 'unknown' else campaign_id end as campaign_id,
        {{ conversion_sums() }}
    from {{ ref('conversions_daily') }}
    group by account_id, date_day, case when campaign_id = 'none' then 'unknown' else campaign_id end

),

hours as (

    select
        account_id,
        date_day,
        {{ exact_sum('logged_in_hours', 18) }} as logged_in_hours,
        {{ exact_sum('online_hours', 18) }} as online_hours,
        {{ exact_sum('away_hours', 18) }} as away_hours,
        {{ exact_sum('back_soon_hours', 18) }} as back_soon_hours
    from {{ ref('agent_activity_hourly') }}
    group by account_id, date_day

),

spine as (

    select account_id, date_day, campaign_id from funnel
    union
    select account_id, date_day, campaign_id from views
    union
    select account_id, date_day, campaign_id from conversations
    union
    select account_id, date_day, campaign_id from consumers
    union
    select account_id, date_day, campaign_id from conversions

)

select
    spine.account_id,
    spine.date_day,
    spine.campaign_id,
    coalesce(names.entity_name, 'unknown') as campaign_name,
    {{ is_final('spine.date_day', 'accounts', 'newest') }} as is_final,
    {{ funnel_metrics('sessions.sessions') }},
    {{ conversation_metrics() }},
    {{ conversion_metrics() }},
    {{ efficiency_metrics() }},
    {{ operations_metrics() }},
    {{ self_service_metrics() }},
    {{ control_group_metrics('accounts.control_group_share') }}
from spine
inner join {{ ref('int_accounts') }} as accounts on spine.account_id = accounts.account_id
left join {{ ref('int_accounts__newest') }} as newest on spine.account_id = newest.account_id
left join sessions
    on
        spine.account_id = sessions.account_id
        and spine.date_day = sessions.date_day
left join funnel
    on
        spine.account_id = funnel.account_id
        and spine.date_day = funnel.date_day
        and spine.campaign_id = funnel.campaign_id
left join views
    on
        spine.account_id = views.account_id
        and spine.date_day = views.date_day
        and spine.campaign_id = views.campaign_id
left join conversations
    on
        spine.account_id = conversations.account_id
        and spine.date_day = conversations.date_day
        and spine.campaign_id = conversations.campaign_id
left join consumers
    on
        spine.account_id = consumers.account_id
        and spine.date_day = consumers.date_day
        and spine.campaign_id = consumers.campaign_id
left join conversions
    on
        spine.account_id = conversions.account_id
        and spine.date_day = conversions.date_day
        and spine.campaign_id = conversions.campaign_id
left join hours
    on
        spine.account_id = hours.account_id
        and spine.date_day = hours.date_day
left join {{ ref('int_configuration__names') }} as names
    on
        spine.account_id = names.account_id
        and names.entity = 'campaign'
        and spine.campaign_id = names.entity_id
