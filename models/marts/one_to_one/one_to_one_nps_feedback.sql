{#- One row per survey: when, about which agent, its rating and what was written, if anything. -#}
with surveys as (

    select * from {{ ref('int_one_to_one__surveys') }}

)

select
    surveys.account_id,
    surveys.event_id,
    accounts.account_name,
    surveys.request_id,
    surveys.visitor_id,
    {{ utc_timestamp('surveys.submitted_ms') }} as submitted_at,
    surveys.agent_id,
    case
        when surveys.agent_id is not null then coalesce(surveys.agent_name, agents.agent_name, 'unknown')
    end as agent_name,
    surveys.rating,
    surveys.feedback,
    surveys.status
from surveys
inner join {{ ref('int_accounts') }} as accounts on surveys.account_id = accounts.account_id
left join {{ ref('int_one_to_one__agents') }} as agents
    on surveys.account_id = agents.account_id and surveys.agent_id = agents.agent_id
