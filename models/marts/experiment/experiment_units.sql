{#- One row per account, campaign, period and visitor: the arm that chance assigned, and what became of it. -#}
select
    units.account_id,
    units.campaign_id,
    units.period,
    units.period_start,
    units.visitor_id,
    case
        when units.campaign_id = 'all' then 'all'
        else {{ name_of('campaign', 'units.campaign_id') }}
    end as campaign_name,
    units.visit_id as first_visit_id,
    {{ utc_timestamp('units.started_ms') }} as first_visit_at,
    units.date_day as first_visit_date,
    units.arm,
    units.arm_source,
    cast(units.expected_control_share as double) as expected_control_share,
    units.conversions > 0 as is_converted,
    cast(units.revenue as double) as revenue,
    units.is_crossover,
    units.is_reached,
    {{ utc_timestamp('units.ends_ms') }} as span_ends_at,
    units.arm <> 'none' and units.ends_ms >= newest.newest_started_ms as is_open
from {{ ref('int_experiment__units') }} as units
-- an account with a unit has a visit, and so a newest one
inner join {{ ref('int_accounts__newest') }} as newest on units.account_id = newest.account_id
{{ names_joined({'campaign': 'units.campaign_id'}, 'units') }}
