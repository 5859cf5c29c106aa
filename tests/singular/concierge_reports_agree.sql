-- The reports on conversations by text say the same where they count the same: conversations that began with a journey
-- add up over journeys to what the conversation report says, and LiveSMS is a part of all programs.
with journeys as (

    select
        account_id,
        date_day,
        sum(concierge_conversations) as conversations
    from {{ ref('concierge_performance_by_journey') }}
    group by account_id, date_day
    having sum(concierge_conversations) > 0

),

conversation as (

    select * from {{ ref('concierge_conversation') }}

),

performance as (

    select * from {{ ref('concierge_performance') }}

),

livesms as (

    select * from {{ ref('concierge_livesms') }}

)

select
    'by journey' as report,
    coalesce(journeys.account_id, conversation.account_id) as account_id,
    coalesce(journeys.date_day, conversation.date_day) as date_day,
    journeys.conversations as reported,
    conversation.concierge_conversations_journeys as expected
from journeys
full join conversation on journeys.account_id = conversation.account_id and journeys.date_day = conversation.date_day
where coalesce(journeys.conversations, 0) <> coalesce(conversation.concierge_conversations_journeys, 0)
union all
select
    'LiveSMS' as report,
    livesms.account_id,
    livesms.date_day,
    livesms.concierge_conversations as reported,
    performance.concierge_conversations as expected
from livesms
left join performance on livesms.account_id = performance.account_id and livesms.date_day = performance.date_day
where
    livesms.concierge_conversations > coalesce(performance.concierge_conversations, 0)
    or livesms.agent_messages > coalesce(performance.concierge_outbound_messages, 0)
