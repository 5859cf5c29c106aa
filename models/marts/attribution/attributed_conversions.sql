{#- One row per conversion, credited once: to whom it goes, and the touch that earned it. -#}
with conversions as (

    select * from {{ ref('int_conversions__attributed') }}

)

select
    account_id,
    conversion_id,
    {{ utc_timestamp('achieved_ms') }} as conversion_at,
    kind,
    cast(revenue as double) as revenue,
    visitor_id,
    visit_id,
    attribution_group,
    control_kind,
    in_session,
    is_direct,
    {{ utc_timestamp('touch_ms') }} as touch_at,
    touch_visit_id,
    engagement_id,
    campaign_id,
    lob_id,
    entry_point_id,
    conversation_id,
    credited_date
from conversions
