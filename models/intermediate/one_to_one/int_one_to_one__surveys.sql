{#-
    One row per survey that was shown to a visitor, submitted or closed: its rating, and the agent it is about, who is
    the survey's own or else its request's.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'survey_key'],
        touched_by={
            'stg_one_to_one__events': ['request_id', "case when event_name = 'nps' and request_id is null then event_id end"],
            'int_accounts': none,
        },
    )
}}

with surveys as (

    select
        *,
        coalesce(request_id, event_id) as survey_key
    from {{ ref('int_one_to_one__events') }}
    where action = 'survey' and {{ is_touched('account_id', 'coalesce(request_id, event_id)') }}

),

int_one_to_one__surveys as (

    select
        surveys.account_id,
        surveys.event_id,
        surveys.survey_key,
        surveys.request_id,
        coalesce(surveys.visitor_id, requests.visitor_id) as visitor_id,
        surveys.occurred_ms as submitted_ms,
        {{ local_date('surveys.occurred_ms', 'accounts.time_zone') }} as date_day,
        coalesce(surveys.agent_id, requests.agent_id) as agent_id,
        -- the name on the survey is that of the agent on the survey
        case when surveys.agent_id is not null then surveys.agent_name end as agent_name,
        surveys.rating,
        surveys.feedback,
        surveys.status
    from surveys
    inner join {{ ref('int_accounts') }} as accounts on surveys.account_id = accounts.account_id
    left join {{ ref('int_one_to_one__requests') }} as requests
        on surveys.account_id = requests.account_id and surveys.request_id = requests.request_id

)

select * from int_one_to_one__surveys
