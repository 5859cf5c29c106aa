{#-
    One row per text or escalation that a report counts (event_id), with the landed line of its current version. The first
    message of a conversation says what became of it: of several at one instant the one in the first line, which an
    erasure leaves where it is. (event_id is made of a text's content, which it changes.)
-#}
with texts as (

    select
        *,
        row_number() over (
            partition by account_id, thread_phone, program, occurred_ms, event_kind order by file_name, line_number
        ) as place
    from {{ ref('stg_attentive__events') }}
    where event_kind <> 'other' and account_id is not null

),

conversations as (

    select * from {{ ref('int_concierge__conversations') }}

),

int_concierge__texts as (

    select
        texts.event_id,
        texts.account_id,
        texts.occurred_ms,
        {{ local_date('texts.occurred_ms', 'accounts.time_zone') }} as date_day,
        texts.event_kind,
        texts.program,
        case
            when texts.event_kind = 'campaign_send' then texts.campaign_id else conversations.campaign_id
        end as campaign_id,
        case
            when texts.event_kind = 'journey_send' then texts.journey_id else conversations.journey_id
        end as journey_id,
        conversations.started_ms is not null as opens_conversation,
        conversations.origin,
        conversations.is_escalated,
        'attentive/events' as feed,
        texts.file_name,
        texts.line_number
    from texts
    inner join {{ ref('int_accounts') }} as accounts on texts.account_id = accounts.account_id
    left join conversations
        on
            texts.account_id = conversations.account_id
            and texts.thread_phone = conversations.phone
            and texts.program = conversations.program
            and texts.occurred_ms = conversations.started_ms
            and texts.event_kind = 'subscriber_message'
            and texts.place = 1

)

select * from int_concierge__texts
