-- How many visitors would have to be held out to see a lift of 10 %?
--
-- On the demo data: Half of all visitors would not do, at any campaign. Fit Advice of Fernhill Cycles takes
-- 19366 visitors, 9.7 times as many as came, Fit and Style of Tamsin & Vale 55707. What the present splits show
-- is far more: at Fit Advice a lift of 39.94%, at the others of 46.35% and more.
--
-- How to read it: One row per campaign with at least 500 visitors in an arm and a converter, over the whole
-- history. `detectable_lift` is the least lift that the present split shows with 80 % power; `visitors_needed`
-- is how many a lift of 10 % takes where half of them are held out, the least that any split needs, and
-- `times_as_many` compares that with what came. `share_needed` is the share to hold out of as many visitors as
-- came; none where even half would not do.
--
-- Beware: It takes the rate of all visitors for that of CONTROL, and a lift of 10 % for given; half the lift
-- takes four times as many. Holding out half costs what messaging would have sold to them. Decide the number
-- before you look, and look once.

with campaigns as (

    select
        account_id,
        campaign_id,
        account_name,
        campaign_name,
        test_units + control_units as visitors,
        control_units,
        (test_converters + control_converters) / (test_units + control_units) as rate,
        minimum_detectable_difference
    from {{ ref('experiment_lift') }}
    where
        period = 'all'
        and campaign_id <> 'all'
        and test_units + control_units >= 500
        and test_converters + control_converters > 0

),

-- 95 % sure, four times out of five: (1.959964 + 0.841621) ** 2 = 7.848879 squared standard errors of the difference
needed as (

    select
        *,
        7.848879 * rate * (1 - rate) / power(0.1 * rate, 2) as squared_errors
    from campaigns

),

what_to_hold_out as (

    select
        *,
        4 * squared_errors as visitors_needed,
        case
            when visitors >= 4 * squared_errors then (1 - sqrt(1 - 4 * squared_errors / visitors)) / 2
        end as share_needed
    from needed

)

select
    account_name,
    campaign_name,
    visitors,
    control_units,
    cast(rate as decimal(18, 4)) as rate,
    cast(minimum_detectable_difference / rate as decimal(18, 4)) as detectable_lift,
    cast(visitors_needed as decimal(18, 0)) as visitors_needed,
    cast(visitors_needed / visitors as decimal(18, 1)) as times_as_many,
    cast(share_needed as decimal(18, 4)) as share_needed
from what_to_hold_out
order by visitors_needed asc, account_id asc, campaign_id asc
