{#-
    One row per request: what opened it, who took part, and whether that made it a conversation, by text, by video or
    both. A request of nothing but surveys and automatic messages was never opened and is not here.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'request_id'],
        touched_by={'stg_one_to_one__events': 'request_id', 'int_accounts': none},
    )
}}

with events as (

    select * from {{ ref('int_one_to_one__events') }}
    where request_id is not null and {{ is_touched('account_id', 'request_id') }}

),

openings as (

    -- the earliest event that asks for a conversation; where none does, the first that a person's doing can be
    select
        account_id,
        request_id,
        event_id,
        occurred_ms,
        side,
        medium,
        page_url,
        visitor_id,
        row_number() over (
            partition by account_id, request_id
            order by case when action = 'open' then 1 else 2 end, occurred_ms, event_id
        ) as place
    from events
    where
        action not in (
            'survey', 'automatic_message', 'automatic_message_shown', 'automatic_message_click'
        )

),

agents as (

    select
        account_id,
        request_id,
        agent_id,
        row_number() over (partition by account_id, request_id order by occurred_ms, event_id) as place
    from events
    where agent_id is not null

),

visitors as (

    select
        account_id,
        request_id,
        visitor_id,
        row_number() over (partition by account_id, request_id order by occurred_ms, event_id) as place
    from events
    where visitor_id is not null

),

exchanges as (

    select
        account_id,
        request_id,
        bool_or(action in ('answer', 'message') and side = 'agent') as has_agent,
        bool_or(action in ('answer', 'message') and side = 'visitor') as has_visitor,
        bool_or(action = 'message') as has_message,
        bool_or(action = 'answer' and medium = 'text' and side = 'agent') as has_text_of_agent,
        bool_or(action = 'answer' and medium = 'text' and side = 'visitor') as has_text_of_visitor,
        bool_or(action = 'answer' and medium = 'video' and side = 'agent') as has_video_of_agent,
        bool_or(action = 'answer' and medium = 'video' and side = 'visitor') as has_video_of_visitor,
        max(occurred_ms) - min(occurred_ms) as duration_ms
    from events
    group by account_id, request_id

),

requests as (

    select
        openings.account_id,
        openings.request_id,
        openings.event_id as opening_event_id,
        openings.occurred_ms as opened_ms,
        {{ local_timestamp_at('openings.occurred_ms', 'accounts.time_zone') }} as opened_local,
        openings.side,
        openings.medium,
        openings.page_url,
        coalesce(openings.visitor_id, visitors.visitor_id) as visitor_id,
        agents.agent_id,
        (openings.side = 'agent' or exchanges.has_agent)
        and (openings.side = 'visitor' or exchanges.has_visitor) as is_conversation,
        -- an answer counts where it is the other side's; of a request nobody is known to have opened, either side's
        exchanges.has_message
        or openings.side <> 'agent' and exchanges.has_text_of_agent
        or openings.side <> 'visitor' and exchanges.has_text_of_visitor as has_text,
        openings.side <> 'agent' and exchanges.has_video_of_agent
        or openings.side <> 'visitor' and exchanges.has_video_of_visitor as has_video,
        exchanges.duration_ms
    from openings
    inner join {{ ref('int_accounts') }} as accounts on openings.account_id = accounts.account_id
    inner join exchanges
        on openings.account_id = exchanges.account_id and openings.request_id = exchanges.request_id
    left join agents
        on
            openings.account_id = agents.account_id
            and openings.request_id = agents.request_id
            and agents.place = 1
    left join visitors
        on
            openings.account_id = visitors.account_id
            and openings.request_id = visitors.request_id
            and visitors.place = 1
    where openings.place = 1

),

int_one_to_one__requests as (

    select
        account_id,
        request_id,
        opening_event_id,
        opened_ms,
        cast(opened_local as date) as date_day,
        cast(extract(hour from opened_local) as integer) as hour_of_day,
        side,
        medium,
        {{ page_of('page_url') }} as page_url,
        visitor_id,
        agent_id,
        is_conversation,
        is_conversation and has_text as is_text,
        is_conversation and has_video as is_video,
        duration_ms
    from requests

)

select * from int_one_to_one__requests
