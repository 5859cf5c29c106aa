-- How long does a date's figure keep growing?
--
-- On the demo data: At Billabrook Outfitters 19.20% of a date's conversions are bought more than a day after the
-- touch that earned them, 8.00% more than a week after; 32 of its 91 dates are provisional. At Tamsin & Vale, whose
-- window is a week, 8 are, and nothing comes later.
--
-- How to read it: One row per account with at least 100 credited conversions on final dates. Lateness is the time
-- from the touch to the conversion, counted on final dates only, because a provisional one has not yet seen its
-- late conversions.
--
-- Beware: A conversion is counted on the date of the visit that earned it, so last week is always too low beside
-- the week before: compare final dates (`is_final`) with final dates. Final means that the window has run out, not
-- that no file can come late; a late file or a changed setting restates a final date, too.

with days as (

    select
        account_id,
        count(*) as dates,
        sum(case when is_final then 0 else 1 end) as provisional_dates
    from {{ ref('business_dashboard_brand') }}
    group by account_id

),

conversions as (

    select
        account_id,
        credited_date,
        conversion_at > touch_at + interval 1 day as is_after_a_day,
        conversion_at > touch_at + interval 7 day as is_after_a_week
    from {{ ref('attributed_conversions') }}
    where attribution_group <> 'unattributed'

),

late as (

    -- a provisional date has not seen all of its late conversions, so only final ones tell how many there are
    select
        conversions.account_id,
        count(*) as conversions,
        sum(case when conversions.is_after_a_day then 1 else 0 end) as after_a_day,
        sum(case when conversions.is_after_a_week then 1 else 0 end) as after_a_week
    from conversions
    inner join {{ ref('business_dashboard_brand') }} as brand
        on conversions.account_id = brand.account_id and conversions.credited_date = brand.date_day
    where brand.is_final
    group by conversions.account_id

),

still_changing as (

    select
        days.account_id,
        days.dates,
        days.provisional_dates,
        late.conversions,
        late.after_a_day,
        late.after_a_week
    from days
    inner join late on days.account_id = late.account_id
    where late.conversions >= 100

)

select
    accounts.account_name,
    changing.dates,
    changing.provisional_dates,
    changing.conversions as conversions_on_final_dates,
    changing.after_a_day,
    cast(changing.after_a_day / changing.conversions as decimal(18, 4)) as after_a_day_share,
    changing.after_a_week,
    cast(changing.after_a_week / changing.conversions as decimal(18, 4)) as after_a_week_share
from still_changing as changing
inner join {{ ref('accounts') }} as accounts on changing.account_id = accounts.account_id
order by changing.conversions desc, changing.account_id asc
