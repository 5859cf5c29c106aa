{#-
    One row per event of the shopping widget, in this warehouse's words: what happened (action), whose doing it was
    (side) and by what (medium). A message that no person sent is an action of its own.
-#}
with events as (

    select * from {{ ref('stg_one_to_one__events') }}

),

int_one_to_one__events as (

    select
        account_id,
        event_id,
        occurred_ms,
        occurred_date,
        request_id,
        case
            when event_name = 'impression' then 'display'
            when event_name in ('click-widget', 'click-notification') then 'click'
            when
                event_name in ('click-call-agent', 'click-chat-with-agent', 'agent-start-call', 'agent-start-chat')
                then 'open'
            when
                event_name in (
                    'agent-answer-call', 'agent-answer-chat', 'visitor-answer-call', 'visitor-answer-chat'
                )
                then 'answer'
            when is_automatic then 'automatic_message'
            when event_name = 'message' then 'message'
            when event_name in ('call-ended', 'chat-ended') then 'end'
            when event_name = 'auto-message-shown' then 'automatic_message_shown'
            when event_name = 'auto-message-click' then 'automatic_message_click'
            when event_name = 'nps' then 'survey'
            else 'unknown'
        end as action,
        side,
        medium,
        visitor_id,
        page_url,
        agent_id,
        agent_name,
        auto_message_id,
        auto_message_url,
        rating,
        feedback,
        status
    from events

)

select * from int_one_to_one__events
