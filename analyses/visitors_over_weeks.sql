-- How many visitors saw the widget in the quarter?
--
-- On the demo data: Marisol Skin Studio had 3663; its weeks add up to 11984 and its days to 13414, because whoever
-- comes back is counted again. Its click-through rate is 43.16%; added-up days would say 15.01%.
--
-- How to read it: One row per shop. `visitors` is the period `all`, counted distinct; the other columns are what
-- adding up rows of months, weeks or days gives.
--
-- Beware: Distinct counts are never summed: ask for the period you need, or the semantic layer for any other. A
-- rate of distinct visitors depends on the period: the longer, the more of them have clicked at least once, so
-- compare equal periods only. A week that begins in March or ends in July has only its part in it. A visitor is a
-- browser, not a person.

with visitors as (

    select
        account_id,
        sum(case when period = 'day' then visitors_with_widget_impression else 0 end) as sum_of_days,
        sum(case when period = 'week' then visitors_with_widget_impression else 0 end) as sum_of_weeks,
        sum(case when period = 'month' then visitors_with_widget_impression else 0 end) as sum_of_months,
        sum(case when period = 'all' then visitors_with_widget_impression else 0 end) as visitors,
        sum(case when period = 'day' then visitors_with_clicks else 0 end) as clickers_of_days,
        sum(case when period = 'all' then visitors_with_clicks else 0 end) as clickers
    from {{ ref('one_to_one_visitors') }}
    group by account_id

),

visitors_over_weeks as (

    select
        *,
        clickers / nullif(visitors, 0) as click_through_rate,
        clickers_of_days / nullif(sum_of_days, 0) as rate_of_summed_days
    from visitors

)

select
    accounts.account_name,
    visitors.visitors,
    visitors.sum_of_months,
    visitors.sum_of_weeks,
    visitors.sum_of_days,
    cast(visitors.click_through_rate as decimal(18, 4)) as click_through_rate,
    cast(visitors.rate_of_summed_days as decimal(18, 4)) as rate_of_summed_days
from visitors_over_weeks as visitors
inner join {{ ref('accounts') }} as accounts on visitors.account_id = accounts.account_id
order by visitors.visitors desc, visitors.account_id asc
