{#- One row per agent of video and text shopping whom an event names: what the agent is called. -#}
{{ config(materialized='view') }}

with agents as (

    select * from {{ ref('int_shopping__agents') }}

)

select
    account_id,
    agent_id,
    {{ member_key('account_id', 'agent_id') }} as agent_key,
    agent_name
from agents
