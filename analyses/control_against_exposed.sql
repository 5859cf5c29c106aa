-- Which campaign's control group converts better than its exposed visitors?
--
-- On the demo data: Harrowgate Home's Trade Sign-up: 22.00% of its 50 control visits converted and 7.79% of its 77
-- exposed ones. Seventeen campaigns look so on the dashboard; this is the only one whose difference, 1.86% to 28.09%,
-- lies above zero.
--
-- How to read it: One row per campaign whose control rate is above its self-service rate, as the dashboard shows the
-- two. The dashboard's self-service rate leaves out the conversions of exposed visitors who talked; `exposed_rate`
-- has them, and `difference` is the control rate minus it, with Newcombe's interval of 95 %.
--
-- Beware: Only `of_these_holdout` were kept from the invitation by chance, and the visits they belong to are not
-- published by campaign; the other control visits merely saw nothing, often because they were short or far from a
-- page that shows it. An interval looks at one campaign: of many, some lie above zero by chance. It takes a
-- conversion for a visit that converted, so a visit with two makes it too narrow. Visits exposed to another
-- campaign only are in neither group. Dates that are not final still gain conversions.

with visits as (

    select
        account_id,
        campaign_id,
        sum(control_visits) as control_visits,
        sum(exposed) as exposed
    from {{ ref('exposures_daily_campaign') }}
    group by account_id, campaign_id

),

conversions as (

    select
        account_id,
        campaign_id,
        sum(case when attribution_group = 'control' then conversions else 0 end) as of_control,
        sum(case when control_kind = 'holdout' then conversions else 0 end) as of_holdout,
        sum(case when attribution_group = 'self_service' then conversions else 0 end) as of_self_service,
        sum(case when attribution_group = 'messaging' then conversions else 0 end) as of_messaging
    from {{ ref('conversions_daily') }}
    group by account_id, campaign_id

),

counted as (

    select
        visits.account_id,
        visits.campaign_id,
        visits.control_visits,
        visits.exposed,
        coalesce(conversions.of_control, 0) as of_control,
        coalesce(conversions.of_holdout, 0) as of_holdout,
        coalesce(conversions.of_self_service, 0) as of_self_service,
        coalesce(conversions.of_messaging, 0) as of_messaging
    from visits
    left join conversions
        on visits.account_id = conversions.account_id and visits.campaign_id = conversions.campaign_id
    -- of fewer visits a rate says nothing at all
    where visits.control_visits >= 30 and visits.exposed >= 30

),

rates as (

    select
        *,
        of_control / control_visits as control_rate,
        of_self_service / exposed as self_service_rate,
        (of_self_service + of_messaging) / exposed as exposed_rate
    from counted

),

-- Wilson's interval of each rate; 1.959964 standard errors are 95 %
centres as (

    select
        *,
        (of_control + 1.920729) / (control_visits + 3.841459) as control_centre,
        (of_self_service + of_messaging + 1.920729) / (exposed + 3.841459) as exposed_centre,
        1.959964 * sqrt(greatest(control_rate * (1 - control_rate), 0) * control_visits + 0.960365)
        / (control_visits + 3.841459) as control_half,
        1.959964 * sqrt(greatest(exposed_rate * (1 - exposed_rate), 0) * exposed + 0.960365)
        / (exposed + 3.841459) as exposed_half
    from rates

),

-- Newcombe's interval of the difference of the two
control_against_exposed as (

    select
        *,
        control_rate - exposed_rate as difference,
        control_rate - exposed_rate - sqrt(
            power(control_rate - control_centre + control_half, 2)
            + power(exposed_centre + exposed_half - exposed_rate, 2)
        ) as difference_low,
        control_rate - exposed_rate + sqrt(
            power(control_centre + control_half - control_rate, 2)
            + power(exposed_rate - exposed_centre + exposed_half, 2)
        ) as difference_high
    from centres

)

select
    accounts.account_name,
    coalesce(names.entity_name, 'unknown') as campaign_name,
    compared.control_visits,
    compared.of_control as control_conversions,
    compared.of_holdout as of_these_holdout,
    cast(compared.control_rate as decimal(18, 4)) as control_rate,
    compared.exposed,
    cast(compared.self_service_rate as decimal(18, 4)) as self_service_rate,
    cast(compared.exposed_rate as decimal(18, 4)) as exposed_rate,
    cast(compared.difference as decimal(18, 4)) as difference,
    cast(compared.difference_low as decimal(18, 4)) as difference_low,
    cast(compared.difference_high as decimal(18, 4)) as difference_high
from control_against_exposed as compared
inner join {{ ref('accounts') }} as accounts on compared.account_id = accounts.account_id
left join {{ ref('dim_members') }} as names
    on
        compared.account_id = names.account_id
        and names.entity = 'campaign'
        and compared.campaign_id = names.entity_id
where compared.control_rate > compared.self_service_rate
order by compared.difference desc, compared.account_id asc, compared.campaign_id asc
