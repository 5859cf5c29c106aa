-- At which entry points do prospects drop off, and where do exposed visitors talk?
--
-- On the demo data: At most entry points more than half of the prospects never see an invitation; at Tamsin &
-- Vale's Help centre only 37.50% do. Of that shop's exposed visits 9.17% talk at Basket and checkout, 6.38% at My
-- account and 0.00% at Home page, which shows banners only.
--
-- How to read it: One row per entry point with at least 500 prospects. `exposed_rate` is exposed visits over
-- prospects, `accepted_rate` clicks in state online over pairs of visit and engagement shown online, `engaged_rate`
-- engaged visits over exposed ones. Rates are ratios of the range's sums.
--
-- Beware: Entry points of an account overlap: a visit is counted at each, so rows never add up to the account.
-- Clicks are events, hence accepted_rate may exceed 1. Tamsin & Vale's `unknown` is an engagement that the
-- configuration does not have: its visits name no place, while its conversations do and are counted at Category
-- pages, so its 0.00% is no drop. Engaged visits need not have been exposed at the same entry point.

with visits as (

    select
        account_id,
        entry_point_id,
        sum(prospects) as prospects,
        sum(exposed) as exposed,
        sum(engaged) as engaged,
        sum(online_exposures) as online_exposures
    from {{ ref('exposures_daily_entry_point') }}
    group by account_id, entry_point_id

),

offers as (

    select
        account_id,
        entry_point_id,
        sum(online_accepted_offers) as online_accepted_offers
    from {{ ref('views_and_accepted_offers_daily') }}
    group by account_id, entry_point_id

),

entry_point_funnel as (

    select
        visits.account_id,
        visits.entry_point_id,
        visits.prospects,
        visits.exposed,
        visits.engaged,
        visits.exposed / nullif(visits.prospects, 0) as exposed_rate,
        coalesce(offers.online_accepted_offers, 0) as online_accepted_offers,
        coalesce(offers.online_accepted_offers, 0) / nullif(visits.online_exposures, 0) as accepted_rate,
        visits.engaged / nullif(visits.exposed, 0) as engaged_rate
    from visits
    left join offers
        on visits.account_id = offers.account_id and visits.entry_point_id = offers.entry_point_id
    where visits.prospects >= 500

)

select
    accounts.account_name,
    coalesce(names.entity_name, 'unknown') as entry_point_name,
    funnel.prospects,
    funnel.exposed,
    cast(funnel.exposed_rate as decimal(18, 4)) as exposed_rate,
    funnel.online_accepted_offers,
    cast(funnel.accepted_rate as decimal(18, 4)) as accepted_rate,
    funnel.engaged,
    cast(funnel.engaged_rate as decimal(18, 4)) as engaged_rate
from entry_point_funnel as funnel
inner join {{ ref('accounts') }} as accounts on funnel.account_id = accounts.account_id
left join {{ ref('dim_members') }} as names
    on
        funnel.account_id = names.account_id
        and names.entity = 'entry_point'
        and funnel.entry_point_id = names.entity_id
order by funnel.engaged_rate desc nulls last, funnel.account_id asc, funnel.entry_point_id asc
