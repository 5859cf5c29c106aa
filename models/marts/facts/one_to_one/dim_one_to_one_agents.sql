{#-
    One row per agent of video and text shopping that an event names or a figure is of: what the agent is called.
    Includes agents that no event names, as `unknown`, so that a figure asked for by name says what its
    panel says.
-#}
with names as (

    select * from {{ ref('int_one_to_one__agents') }}

),

agents as (

    select
        account_id,
        agent_id
    from names
    union
    select
        account_id,
        agent_id
    from {{ ref('int_one_to_one__requests') }}
    where agent_id is not null
    union
    -- the agent a survey names need not be its request's
    select
        account_id,
        agent_id
    from {{ ref('int_one_to_one__surveys') }}
    where agent_id is not null

)

select
    agents.account_id,
    agents.agent_id,
    {{ member_key('agents.account_id', 'agents.agent_id') }} as agent_key,
    coalesce(names.agent_name, 'unknown') as agent_name
from agents
left join names
    on agents.account_id = names.account_id and agents.agent_id = names.agent_id
