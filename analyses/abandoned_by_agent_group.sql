-- Which agent group abandons the most conversations?
--
-- On the demo data: None that has a name: all 41 of Billabrook Outfitters' abandoned conversations, 8.06% of those
-- closed, are of the group `unknown`, because nobody had been assigned. The other accounts are no different.
--
-- How to read it: One row per account and agent group, of accounts with at least 500 closed conversations. The group
-- is the conversation's latest agent's (or the first agent's, as the account is set); `account_rate` is the
-- account's own ratio of sums.
--
-- Beware: A conversation that nobody answered has no agent, so the rate of a group is about 0 by construction, and
-- a ranking of groups rewards whoever is never asked. Look at the account's rate, and at staffing.
-- `non_interactive` is something else: an agent wrote and the consumer never replied. Conversations still open are
-- in neither.

with conversations as (

    select
        account_id,
        agent_group_id,
        sum(closed) as closed,
        sum(abandoned) as abandoned,
        sum(non_interactive) as non_interactive
    from {{ ref('agent_messaging_activity') }}
    group by account_id, agent_group_id

),

accounts_totals as (

    select
        account_id,
        sum(closed) as closed,
        sum(abandoned) as abandoned
    from conversations
    group by account_id

),

abandoned_by_agent_group as (

    select
        conversations.account_id,
        conversations.agent_group_id,
        conversations.closed,
        conversations.abandoned,
        conversations.non_interactive,
        conversations.abandoned / nullif(conversations.closed, 0) as abandoned_rate,
        accounts_totals.abandoned / nullif(accounts_totals.closed, 0) as account_rate
    from conversations
    inner join accounts_totals on conversations.account_id = accounts_totals.account_id
    where accounts_totals.closed >= 500

)

select
    accounts.account_name,
    coalesce(names.entity_name, 'unknown') as agent_group_name,
    parts.closed,
    parts.abandoned,
    parts.non_interactive,
    cast(parts.abandoned_rate as decimal(18, 4)) as abandoned_rate,
    cast(parts.account_rate as decimal(18, 4)) as account_rate
from abandoned_by_agent_group as parts
inner join {{ ref('accounts') }} as accounts on parts.account_id = accounts.account_id
left join {{ ref('dim_members') }} as names
    on
        parts.account_id = names.account_id
        and names.entity = 'agent_group'
        and parts.agent_group_id = names.entity_id
order by parts.account_rate desc nulls last, parts.account_id asc, parts.abandoned desc, parts.agent_group_id asc
