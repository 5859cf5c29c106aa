-- Do prospects who were shown nothing convert, and was it chance that kept the invitation from them?
--
-- On the demo data: They convert, and mostly it was not chance: at Tamsin & Vale 3.56% of 3684 control visits did,
-- but 44 of these 131 conversions come from visitors who were held out. The vendor's formula expects 1376.0 control
-- visits and arrives at 9.52%.
--
-- How to read it: One row per account with at least 500 prospects. `control_visits` are prospects who neither saw an
-- invitation nor talked; `of_holdout` are conversions of visitors assigned to the control group,
-- `of_unexposed_prospects` those of visitors who happened to see nothing. `vendor_rate` divides by the account's
-- control share times its prospects instead of by control visits.
--
-- Beware: A `control_rate` mixes the two kinds, so it is no baseline of an experiment. The vendor's rate divides
-- conversions of both kinds by an expected number of only one. Prospects are visits: a visitor who comes three
-- times is three. Add up dates of the brand's dataset only, never campaigns: a visit can be in several.

with visits as (

    select
        account_id,
        sum(prospects) as prospects,
        sum(control_visits) as control_visits
    from {{ ref('exposures_daily_brand') }}
    group by account_id

),

conversions as (

    select
        account_id,
        sum(conversions) as control_conversions,
        sum(case when control_kind = 'holdout' then conversions else 0 end) as of_holdout,
        sum(case when control_kind = 'unexposed_prospect' then conversions else 0 end) as of_unexposed_prospects
    from {{ ref('conversions_daily_brand') }}
    where attribution_group = 'control'
    group by account_id

),

expected as (

    select
        account_id,
        sum(expected_control_visits) as expected_control_visits
    from {{ ref('fct_control_group_expected') }}
    group by account_id

),

control_by_chance as (

    select
        visits.account_id,
        visits.prospects,
        visits.control_visits,
        expected.expected_control_visits,
        coalesce(conversions.control_conversions, 0) as control_conversions,
        coalesce(conversions.of_holdout, 0) as of_holdout,
        coalesce(conversions.of_unexposed_prospects, 0) as of_unexposed_prospects
    from visits
    inner join expected on visits.account_id = expected.account_id
    left join conversions on visits.account_id = conversions.account_id
    where visits.prospects >= 500

)

select
    accounts.account_name,
    control.prospects,
    control.control_visits,
    cast(control.expected_control_visits as decimal(18, 1)) as expected_control_visits,
    control.control_conversions,
    control.of_holdout,
    control.of_unexposed_prospects,
    cast(control.of_holdout / nullif(control.control_conversions, 0) as decimal(18, 4)) as holdout_share,
    cast(control.control_conversions / nullif(control.control_visits, 0) as decimal(18, 4)) as control_rate,
    cast(control.control_conversions / nullif(control.expected_control_visits, 0) as decimal(18, 4)) as vendor_rate
from control_by_chance as control
inner join {{ ref('accounts') }} as accounts on control.account_id = accounts.account_id
order by control.prospects desc, control.account_id asc
