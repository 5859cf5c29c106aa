{#-
    One row per conversation by text: from when to when it ran, and whether it was escalated. A thread is what one
    subscriber and a brand write to each other in one program.

    A conversation opens with a subscriber's message when none is open, and every message keeps it open for the idle
    time. So cut a thread's messages into islands wherever the pause between two is longer than the idle time: each
    island is one conversation from its first subscriber's message to its end, or none. For once one is open, the next
    message of the island comes in time, belongs, and keeps it open, to the island's last; and when an island begins,
    whatever was open before has ended. Agent messages before the first subscriber's message are in no conversation,
    and bridge nothing: no earlier one is open.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'phone'],
        touched_by={'stg_attentive__events': 'thread_phone', 'int_accounts': none},
        announces_differences=true,
    )
}}

with accounts as (

    select
        account_id,
        time_zone,
        cast(concierge_idle_hours * 3600000 as bigint) as idle_ms
    from {{ ref('int_accounts') }}

),

events as (

    select
        events.account_id,
        events.thread_phone as phone,
        events.program,
        events.event_id,
        events.occurred_ms,
        events.event_kind <> 'escalation' as is_message,
        case when events.event_kind = 'subscriber_message' then events.occurred_ms end as subscriber_ms,
        case when events.event_kind <> 'escalation' then events.occurred_ms end as message_ms,
        -- at one instant the subscriber's message comes first; an escalation at the instant of a message is after it
        case events.event_kind when 'subscriber_message' then 1 when 'agent_message' then 2 else 3 end as turn,
        accounts.idle_ms,
        accounts.time_zone
    from {{ ref('stg_attentive__events') }} as events
    inner join accounts on events.account_id = accounts.account_id
    where
        events.thread_phone is not null
        and {{ is_touched('events.account_id', 'events.thread_phone') }}

),

paused as (

    select
        *,
        max(message_ms) over (
            partition by account_id, phone, program order by occurred_ms, turn, event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_message_ms
    from events

),

islands as (

    select
        *,
        sum(
            case
                when not is_message or occurred_ms - previous_message_ms <= idle_ms then 0
                else 1
            end
        ) over (
            partition by account_id, phone, program order by occurred_ms, turn, event_id
            rows between unbounded preceding and current row
        ) as island
    from paused

),

conversations as (

    select
        account_id,
        phone,
        program,
        island,
        min(subscriber_ms) as started_ms,
        max(message_ms) as last_message_ms,
        max(message_ms) + max(idle_ms) as open_until_ms,
        max(time_zone) as time_zone
    from islands
    group by account_id, phone, program, island
    having min(subscriber_ms) is not null

),

escalated as (

    select distinct
        conversations.account_id,
        conversations.phone,
        conversations.program,
        conversations.island
    from conversations
    inner join islands as escalations
        on
            conversations.account_id = escalations.account_id
            and conversations.phone = escalations.phone
            and conversations.program = escalations.program
            and conversations.island = escalations.island
            and not escalations.is_message
            and escalations.occurred_ms between conversations.started_ms and conversations.open_until_ms

),

int_concierge__spans as (

    select
        conversations.account_id,
        conversations.phone,
        conversations.program,
        conversations.started_ms,
        conversations.last_message_ms,
        conversations.open_until_ms,
        cast({{ utc_timestamp('conversations.started_ms') }} as date) as started_date,
        {{ local_date('conversations.started_ms', 'conversations.time_zone') }} as date_day,
        escalated.island is not null as is_escalated
    from conversations
    left join escalated
        on
            conversations.account_id = escalated.account_id
            and conversations.phone = escalated.phone
            and conversations.program = escalated.program
            and conversations.island = escalated.island

)

select * from int_concierge__spans
