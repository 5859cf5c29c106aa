{#- One row per survey, on the local date of its submission or closing: its agent and rating. -#}
with surveys as (

    select * from {{ ref('int_one_to_one__surveys') }}

)

select
    account_id,
    event_id,
    date_day,
    request_id,
    agent_id,
    rating,
    status,
    {{ member_key('account_id', 'agent_id') }} as agent_key
from surveys
