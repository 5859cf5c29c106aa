-- Whose CSAT leads, and on how many answers does it stand?
--
-- On the demo data: Theo Rudge of Tamsin & Vale leads with 100.00%, of 7 answers: by Wilson's interval anything
-- from 64.57% on. Of the twelve leaders three lie above their own account's CSAT by their interval, among them Arjun
-- Tavde with 90.48% of 21 answers.
--
-- How to read it: One row per agent, the twelve highest CSATs of all accounts. CSAT is good answers (4 and 5) over
-- valid ones. `csat_low` and `csat_high` are Wilson's interval of 95 %; `is_above_account` says whether all of it
-- lies above the account's CSAT.
--
-- Beware: Whoever has few answers stands at the top or the bottom; sort by csat_low instead. Twelve chosen as the
-- highest look better than they are. People answer when they are pleased or angry, and only some do. The account's
-- CSAT contains the agent's own answers. A conversation counts for one agent, whoever else wrote in it, and bots
-- are agents.

with answers as (

    select
        account_id,
        agent_id,
        sum(csat_good) as good,
        sum(csat_valid) as answers
    from {{ ref('agent_messaging_activity') }}
    group by account_id, agent_id

),

accounts_answers as (

    select
        account_id,
        sum(good) as good,
        sum(answers) as answers
    from answers
    group by account_id

),

rates as (

    select
        answers.account_id,
        answers.agent_id,
        answers.good,
        answers.answers,
        answers.good / answers.answers as csat,
        accounts_answers.good / accounts_answers.answers as account_csat
    from answers
    inner join accounts_answers on answers.account_id = accounts_answers.account_id
    where answers.answers > 0

),

-- Wilson's interval; 1.959964 standard errors are 95 %
intervals as (

    select
        *,
        (good + 1.920729) / (answers + 3.841459) as centre,
        1.959964 * sqrt(csat * (1 - csat) * answers + 0.960365) / (answers + 3.841459) as half
    from rates

),

csat_of_few_answers as (

    select
        *,
        centre - half as csat_low,
        centre + half as csat_high,
        row_number() over (order by csat desc, answers desc, account_id asc, agent_id asc) as place
    from intervals

)

select
    ranked.place,
    accounts.account_name,
    coalesce(names.entity_name, 'unknown') as agent_name,
    ranked.answers,
    cast(ranked.csat as decimal(18, 4)) as csat,
    cast(ranked.csat_low as decimal(18, 4)) as csat_low,
    cast(ranked.csat_high as decimal(18, 4)) as csat_high,
    cast(ranked.account_csat as decimal(18, 4)) as account_csat,
    ranked.csat_low > ranked.account_csat as is_above_account
from csat_of_few_answers as ranked
inner join {{ ref('accounts') }} as accounts on ranked.account_id = accounts.account_id
left join {{ ref('dim_members') }} as names
    on ranked.account_id = names.account_id and names.entity = 'agent' and ranked.agent_id = names.entity_id
where ranked.place <= 12
order by ranked.place
