{#-
    One row per consumer reply to an agent: from the first message of the unbroken run of agent messages before it
    to the reply, open conversations included.
-#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with messages as (

    select
        *,
        lag(is_agent_message) over (
            partition by account_id, conversation_id order by message_number
        ) as is_after_agent
    from {{ ref('int_conversations__messages') }}
    where {{ is_touched('account_id', 'conversation_id') }}

),

runs as (

    -- a run of agent messages starts at one whose predecessor is no agent message
    select
        *,
        max(case when is_agent_message and not coalesce(is_after_agent, false) then message_number end) over (
            partition by account_id, conversation_id order by message_number
        ) as run_number
    from messages

),

run_starts as (

    select account_id, conversation_id, message_number, sent_ms
    from runs
    where is_agent_message and not coalesce(is_after_agent, false)

),

int_conversations__responses as (

    select
        replies.account_id,
        replies.conversation_id,
        replies.message_number,
        replies.sent_ms as replied_ms,
        replies.sent_ms - run_starts.sent_ms as response_ms
    from runs as replies
    inner join run_starts
        on
            replies.account_id = run_starts.account_id
            and replies.conversation_id = run_starts.conversation_id
            and replies.run_number = run_starts.message_number
    where not replies.is_agent_message and replies.is_after_agent

)

select * from int_conversations__responses
