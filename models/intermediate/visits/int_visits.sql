{#- One row per delivered visit: when and where it began, and the one attribution group it is in. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visit_id'],
        touched_by={
            'stg_liveperson__conversations': 'session_id',
            'stg_liveperson__web_sessions': 'visit_id',
            'int_visits__engagements': 'visit_id',
            'int_accounts': none,
        },
    )
}}

with web_sessions as (

    select * from {{ ref('stg_liveperson__web_sessions') }}
    where {{ is_touched('account_id', 'visit_id') }}

),

met as (

    -- source type and group are facts of the visit, the same on each of its rows
    select
        account_id,
        visit_id,
        min(source_type) as source_type,
        min(attribution_group) as attribution_group,
        bool_or(is_prospect) as is_prospect,
        bool_or(is_exposed) as is_exposed,
        bool_or(is_engaged) as is_engaged
    from {{ ref('int_visits__engagements') }}
    where {{ is_touched('account_id', 'visit_id') }}
    group by account_id, visit_id

),

int_visits as (

    select
        web_sessions.account_id,
        web_sessions.visit_id,
        web_sessions.visitor_id,
        web_sessions.started_ms,
        {{ local_date('web_sessions.started_ms', 'accounts.time_zone') }} as date_day,
        web_sessions.device_family as initial_device,
        coalesce(met.source_type, 'web') as source_type,
        web_sessions.site_control_group,
        coalesce(met.attribution_group, 'not_eligible') as attribution_group,
        coalesce(met.is_prospect, false) as is_prospect,
        coalesce(met.is_exposed, false) as is_exposed,
        coalesce(met.is_engaged, false) as is_engaged
    from web_sessions
    inner join {{ ref('int_accounts') }} as accounts on web_sessions.account_id = accounts.account_id
    left join met
        on web_sessions.account_id = met.account_id and web_sessions.visit_id = met.visit_id

)

select * from int_visits
