{#-
    One row per visit and engagement or campaign it met: the flags from which visits are counted distinct at any
    level, over any range. A member is never a sum of finer ones, so no dataset by date can answer all of these.
-#}
with met as (

    select * from {{ ref('int_visits__engagements') }}
    where is_prospect or is_exposed or is_engaged

),

fct_visit_members as (

    -- an engagement may be called 'none' as well: its rows and those without an engagement are one then
    select
        account_id,
        visit_id,
        date_day,
        initial_device,
        source_type,
        attribution_group,
        lob_id,
        campaign_id,
        coalesce(engagement_id, 'none') as engagement_id,
        coalesce(entry_point_id, 'none') as entry_point_id,
        bool_or(is_prospect) as is_prospect,
        bool_or(is_exposed) as is_exposed,
        bool_or(is_exposed and engagement_id is not null) as is_exposure,
        bool_or(is_exposed_online and engagement_id is not null) as is_online_exposure,
        bool_or(is_engaged) as is_engaged
    from met
    group by
        account_id,
        visit_id,
        date_day,
        initial_device,
        source_type,
        attribution_group,
        lob_id,
        campaign_id,
        coalesce(engagement_id, 'none'),
        coalesce(entry_point_id, 'none')

)

select
    account_id,
    visit_id,
    date_day,
    initial_device,
    source_type,
    attribution_group,
    lob_id,
    campaign_id,
    engagement_id,
    entry_point_id,
    {{ member_key('account_id', 'visit_id') }} as visit_key,
    {{ member_key('account_id', 'visit_id', 'engagement_id') }} as exposure_key,
    is_prospect,
    is_exposed,
    is_exposure,
    is_online_exposure,
    is_engaged,
    {{ name_key('campaign') }} as campaign_key,
    {{ name_key('lob') }} as lob_key,
    {{ name_key('engagement') }} as engagement_key,
    {{ name_key('entry_point') }} as entry_point_key
from fct_visit_members
