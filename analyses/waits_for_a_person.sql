-- Which marketplace subscribers' consumers wait long for a person after the bot hands over?
--
-- On the demo data: Tidewrack Surf's: 9 of its 15 answered handovers took more than ten minutes, and 8 were never
-- answered. Of the large ones it is Lumen & Oak: 36.26% of 91, although the median is 3.0 minutes; the mean of
-- 160.8 is made by nights.
--
-- How to read it: One row per subscriber with at least 10 handovers that a person answered. The clock runs from the
-- handover to the first message of a person. `unanswered` are handovers without one.
--
-- Beware: A mean of waits is ruled by the few that lasted until the next morning; look at the median and the share
-- beside it. Whoever was never answered is in no wait at all, so a subscriber may improve its mean by ignoring
-- people. Fifteen waits are few. A network's mean is the sum of waits over their number, not the mean of
-- subscribers' means.

with conversations as (

    select * from {{ ref('marketplace_conversations') }}

),

waits_for_a_person as (

    select
        account_id,
        count(escalated_at) as escalated,
        sum(case when escalated_at is not null and not has_human_response then 1 else 0 end) as unanswered,
        count(first_human_response_wait_seconds) as answered,
        avg(first_human_response_wait_seconds) / 60 as mean_minutes,
        median(first_human_response_wait_seconds) / 60 as median_minutes,
        sum(case when first_human_response_wait_seconds > 600 then 1 else 0 end) as over_ten_minutes
    from conversations
    group by account_id
    having count(first_human_response_wait_seconds) >= 10

)

select
    accounts.account_name,
    waits.escalated,
    waits.unanswered,
    waits.answered,
    cast(waits.mean_minutes as decimal(18, 1)) as mean_minutes,
    cast(waits.median_minutes as decimal(18, 1)) as median_minutes,
    waits.over_ten_minutes,
    cast(waits.over_ten_minutes / waits.answered as decimal(18, 4)) as over_ten_minutes_share
from waits_for_a_person as waits
inner join {{ ref('accounts') }} as accounts on waits.account_id = accounts.account_id
order by over_ten_minutes_share desc, waits.account_id asc
