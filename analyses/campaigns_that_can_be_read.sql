-- Which campaigns' experiments can be read at all, and what do they say?
--
-- On the demo data: Ten of twenty-six have ten converters in each arm. One of the ten has a broken split,
-- Workshop Chat of Fernhill Cycles: 157 were held out where 240.0 were expected. Of the others one sells more,
-- that shop's Fit Advice, by 10.89% of its visitors, 7.68% to 13.48%. Reading Room of Quayside Books may, but
-- would show only 5.93% or more.
--
-- How to read it: One row per campaign with at least 100 visitors in an arm, over the whole history.
-- `expected_control` is what the account's shares would have held out. The verdict looks at the split first,
-- then at the converters (ten in each arm), then at the interval of 95 % of the difference. `detectable` is the
-- difference that so many visitors show four times out of five.
--
-- Beware: After `sample_ratio_mismatch` no number of the row means anything. `no_difference_seen` is not no
-- difference: one below `detectable` may well be there. Of many campaigns some differ by chance, hence the
-- adjusted p value. Visitors who are still inside their window may yet convert.

with campaigns_that_can_be_read as (

    select *
    from {{ ref('experiment_lift') }}
    where period = 'all' and campaign_id <> 'all' and test_units + control_units >= 100

)

select
    account_name,
    campaign_name,
    test_units,
    control_units,
    cast(expected_control_units as decimal(18, 1)) as expected_control,
    test_converters,
    control_converters,
    cast(rate_difference as decimal(18, 4)) as difference,
    cast(rate_difference_low as decimal(18, 4)) as difference_low,
    cast(rate_difference_high as decimal(18, 4)) as difference_high,
    cast(p_value_adjusted as decimal(18, 4)) as p_value_adjusted,
    cast(minimum_detectable_difference as decimal(18, 4)) as detectable,
    verdict
from campaigns_that_can_be_read
order by verdict asc, test_units desc, account_id asc, campaign_id asc
