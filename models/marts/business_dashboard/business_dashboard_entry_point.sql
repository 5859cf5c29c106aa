{#- One row per account, local date and entry point: the funnel only. -#}
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
        entry_point_id,
        {{ summed(funnel_columns()) }}
    from {{ ref('exposures_daily_entry_point') }}
    group by account_id, date_day, entry_point_id

),

views as (

    select
        account_id,
        date_day,
        entry_point_id,
        {{ summed(view_columns()) }}
    from {{ ref('views_and_accepted_offers_daily') }}
    where entry_point_id <> 'none'
    group by account_id, date_day, entry_point_id

),

spine as (

    select account_id, date_day, entry_point_id from funnel
    union
    select account_id, date_day, entry_point_id from views

)

select
    spine.account_id,
    spine.date_day,
    spine.entry_point_id,
    coalesce(names.entity_name, 'unknown') as entry_point_name,
    {{ is_final('spine.date_day', 'accounts', 'newest') }} as is_final,
    {{ funnel_metrics('sessions.sessions') }}
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
        and spine.entry_point_id = funnel.entry_point_id
left join views
    on
        spine.account_id = views.account_id
        and spine.date_day = views.date_day
        and spine.entry_point_id = views.entry_point_id
left join {{ ref('int_configuration__names') }} as names
    on
        spine.account_id = names.account_id
        and names.entity = 'entry_point'
        and spine.entry_point_id = names.entity_id
