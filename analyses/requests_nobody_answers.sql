-- At which hours do more than half of the visitors' requests for a conversation come to nothing?
--
-- On the demo data: Before nine and after nine in the evening: at 21 o'clock Marisol Skin Studio leaves 87 of 109
-- unanswered, at 22 o'clock Hollin & Byrd Watches 92.73% of 55.
--
-- How to read it: One row per shop and local hour of the day with at least 20 requests by visitors, of which more
-- than half did not become conversations. Hour 21 is from 21:00 to 21:59 of the shop's own clock.
--
-- Beware: Hours with fewer requests are left out, not fine. The widget may be hidden where nobody is there, so
-- demand at night is seen in part. A request that the visitor gave up at once counts as unanswered, like one that
-- was ignored. On a date when clocks change an hour exists twice or not at all.

with requests as (

    select
        account_id,
        hour_of_day,
        count(*) as requests,
        sum(case when is_conversation then 0 else 1 end) as unanswered
    from {{ ref('fct_one_to_one_requests') }}
    where side = 'visitor'
    group by account_id, hour_of_day

),

requests_nobody_answers as (

    select
        *,
        unanswered / requests as unanswered_rate
    from requests
    where requests >= 20

)

select
    accounts.account_name,
    parts.hour_of_day,
    parts.requests,
    parts.unanswered,
    cast(parts.unanswered_rate as decimal(18, 4)) as unanswered_rate
from requests_nobody_answers as parts
inner join {{ ref('accounts') }} as accounts on parts.account_id = accounts.account_id
where parts.unanswered_rate > 0.5
order by parts.account_id, parts.hour_of_day
