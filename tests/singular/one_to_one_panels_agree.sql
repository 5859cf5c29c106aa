-- What the days count, the panels beside them count too: requests by hour add up to the day exactly, pages and agents
-- to at most the day, since a request may name no page and no agent. Ratings of all time are the days' ratings.
with daily as (

    select
        account_id,
        date_day,
        text_requests,
        video_requests,
        requests_by_agent,
        one_to_one_conversations,
        one_to_one_orders,
        ratings
    from {{ ref('one_to_one_daily') }}

),

hours as (

    select
        account_id,
        date_day,
        sum(text_requests_by_hour) as text_requests,
        sum(video_requests_by_hour) as video_requests
    from {{ ref('one_to_one_requests_by_hour') }}
    group by account_id, date_day

),

pages as (

    select
        account_id,
        date_day,
        sum(requests_by_url) as requests
    from {{ ref('one_to_one_requests_by_url') }}
    group by account_id, date_day

),

agents as (

    select
        account_id,
        date_day,
        sum(agent_initiated_requests) as initiated_requests,
        sum(agent_total_conversations) as conversations,
        sum(agent_attributed_orders) as orders,
        sum(agent_ratings) as ratings
    from {{ ref('one_to_one_agents') }}
    group by account_id, date_day

),

days as (

    select account_id, date_day from daily
    union
    select account_id, date_day from hours
    union
    select account_id, date_day from pages
    union
    select account_id, date_day from agents

),

given as (

    select
        account_id,
        sum(ratings) as ratings
    from daily
    group by account_id

),

distributed as (

    select
        account_id,
        sum(nps_rating_count) as ratings
    from {{ ref('one_to_one_nps_distribution') }}
    group by account_id

)

select
    days.account_id,
    cast(days.date_day as string) as what
from days
left join daily on days.account_id = daily.account_id and days.date_day = daily.date_day
left join hours on days.account_id = hours.account_id and days.date_day = hours.date_day
left join pages on days.account_id = pages.account_id and days.date_day = pages.date_day
left join agents on days.account_id = agents.account_id and days.date_day = agents.date_day
where
    daily.account_id is null
    or coalesce(hours.text_requests, 0) <> daily.text_requests
    or coalesce(hours.video_requests, 0) <> daily.video_requests
    or coalesce(pages.requests, 0) > daily.text_requests + daily.video_requests
    or coalesce(agents.initiated_requests, 0) > daily.requests_by_agent
    or coalesce(agents.conversations, 0) > daily.one_to_one_conversations
    or coalesce(agents.orders, 0) > daily.one_to_one_orders
    or coalesce(agents.ratings, 0) > daily.ratings
union all
select
    coalesce(given.account_id, distributed.account_id) as account_id,
    'ratings' as what
from given
full outer join distributed on given.account_id = distributed.account_id
where coalesce(given.ratings, 0) <> coalesce(distributed.ratings, 0)
