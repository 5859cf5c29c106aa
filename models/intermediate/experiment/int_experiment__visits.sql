{#-
    One row per visit and campaign it was eligible for, and one under `all` for any campaign: the arm it was assigned
    to. The site's flag decides, else the earliest flagged eligibility record of the campaign.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'visitor_id'],
        touched_by={
            'stg_liveperson__web_sessions': 'visitor_id',
            'int_engagements__events': 'visitor_id',
            'int_accounts': none,
        },
    )
}}

with eligibilities as (

    select
        account_id,
        visit_id,
        campaign_id,
        event_ms,
        control_group_type
    from {{ ref('int_engagements__events') }}
    where event_kind = 'eligibility' and {{ is_touched('account_id', 'visitor_id') }}

),

assigned as (

    -- a campaign whose id is `all` cannot be told from all campaigns, and counts there only
    select *, campaign_id as assigned_by
    from eligibilities
    where campaign_id <> 'all'
    union all
    select *, 'all' as assigned_by
    from eligibilities

),

ranked as (

    -- flagged records first; of two at one instant the lesser campaign, and TEST before CONTROL
    select
        *,
        row_number() over (
            partition by account_id, visit_id, assigned_by
            order by
                case when control_group_type is null then 1 else 0 end asc,
                event_ms asc,
                campaign_id asc,
                control_group_type desc
        ) as place
    from assigned

),

int_experiment__visits as (

    select
        ranked.account_id,
        visits.visitor_id,
        ranked.visit_id,
        ranked.assigned_by as campaign_id,
        visits.started_ms,
        visits.date_day,
        coalesce(visits.site_control_group, ranked.control_group_type, 'none') as arm,
        case
            when visits.site_control_group is not null then 'site'
            when ranked.control_group_type is not null then 'campaign'
            else 'none'
        end as arm_source
    from ranked
    inner join {{ ref('int_visits') }} as visits
        on ranked.account_id = visits.account_id and ranked.visit_id = visits.visit_id
    where ranked.place = 1

)

select * from int_experiment__visits
