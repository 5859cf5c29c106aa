-- Which Concierge journeys start conversations that end in an order?
--
-- On the demo data: By text sent, journey 6103 of Fernwick Apparel: 41 conversations, 15 orders and 3088.50 of
-- revenue from 268 texts. Its 6101 sells more than twice as much (7197.10), with three times the texts.
--
-- How to read it: One row per journey. `response_rate` is conversations over the journey's texts, `conversion_rate`
-- orders over conversations; `revenue_per_thousand_sends` makes journeys of different size comparable. All are
-- ratios of the range's sums.
--
-- Beware: An order belongs to the latest conversation before it, within the account's days; that the conversation
-- made somebody buy is not shown: who writes back was interested. Journeys reach different people at different
-- moments (a full basket converts by itself). With 10 to 50 orders the order of neighbours is chance. Currencies
-- differ, so compare within an account. An order's date may lie after the range in which its conversation began.

with journeys as (

    select
        account_id,
        journey_id,
        sum(journey_sends) as sends,
        sum(concierge_conversations) as conversations,
        sum(concierge_conversions) as orders,
        sum(cast(concierge_attributable_revenue as decimal(28, 6))) as revenue
    from {{ ref('concierge_performance_by_journey') }}
    group by account_id, journey_id

),

journeys_that_convert as (

    select
        *,
        conversations / nullif(sends, 0) as response_rate,
        orders / nullif(conversations, 0) as conversion_rate,
        1000 * revenue / nullif(sends, 0) as revenue_per_thousand_sends
    from journeys

)

select
    accounts.account_name,
    journeys.journey_id,
    journeys.sends,
    journeys.conversations,
    cast(journeys.response_rate as decimal(18, 4)) as response_rate,
    journeys.orders,
    cast(journeys.conversion_rate as decimal(18, 4)) as conversion_rate,
    cast(journeys.revenue as decimal(28, 2)) as revenue,
    accounts.currency,
    cast(journeys.revenue_per_thousand_sends as decimal(28, 2)) as revenue_per_thousand_sends
from journeys_that_convert as journeys
inner join {{ ref('accounts') }} as accounts on journeys.account_id = accounts.account_id
order by journeys.revenue_per_thousand_sends desc nulls last, journeys.account_id asc, journeys.journey_id asc
