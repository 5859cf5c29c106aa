{#-
    One row per account, local date, level and member: the metrics of the reports on conversations by text, each written
    once. Levels are the brand, its programs and its journeys; each report shows members of one.
-#}
with counted as (

    select
        account_id,
        date_day,
        program,
        journey_id,
        conversations,
        case when origin = 'campaign' then conversations else 0 end as campaign_conversations,
        case when origin = 'journey' then conversations else 0 end as journey_conversations,
        case when origin = 'subscriber' then conversations else 0 end as subscriber_conversations,
        escalated_conversations,
        0 as agent_messages,
        0 as escalations,
        0 as other_sends,
        0 as orders,
        0 as revenue
    from {{ ref('fct_concierge_conversations') }}
    union all
    select
        account_id,
        date_day,
        program,
        journey_id,
        0 as conversations,
        0 as campaign_conversations,
        0 as journey_conversations,
        0 as subscriber_conversations,
        0 as escalated_conversations,
        agent_messages,
        escalations,
        other_sends,
        0 as orders,
        0 as revenue
    from {{ ref('fct_concierge_sends') }}
    union all
    select
        account_id,
        date_day,
        program,
        journey_id,
        0 as conversations,
        0 as campaign_conversations,
        0 as journey_conversations,
        0 as subscriber_conversations,
        0 as escalated_conversations,
        0 as agent_messages,
        0 as escalations,
        0 as other_sends,
        orders,
        revenue
    from {{ ref('fct_concierge_orders') }}

),

facts as (

    select
        account_id,
        date_day,
        level,
        member_id,
        {{ summed([
            'conversations', 'campaign_conversations', 'journey_conversations', 'subscriber_conversations',
            'escalated_conversations', 'agent_messages', 'escalations', 'other_sends', 'orders',
        ]) }},
        {{ exact_sum('revenue') }} as revenue
    from {{ at_levels('counted', concierge_levels()) }} as facts
    where member_id is not null
    group by account_id, date_day, level, member_id

),

concierge_metrics as (

    select
        facts.account_id,
        facts.date_day,
        facts.level,
        facts.member_id,
        accounts.account_name,
        case when facts.level = 'journey' then coalesce(journeys.journey_name, 'unknown') end as journey_name,
        facts.revenue as concierge_attributable_revenue,
        facts.orders as concierge_conversions,
        facts.orders / nullif(facts.conversations, 0) as concierge_cvr,
        facts.agent_messages as concierge_outbound_messages,
        -- as published: five minutes for each message
        facts.agent_messages * 5 / 60 as concierge_time_saved_hours,
        facts.conversations as concierge_conversations,
        facts.campaign_conversations as concierge_conversations_campaigns,
        facts.journey_conversations as concierge_conversations_journeys,
        facts.subscriber_conversations as concierge_conversations_subscriber_initiated,
        facts.escalated_conversations,
        facts.escalated_conversations / nullif(facts.conversations, 0) as concierge_conversations_resolved_pct,
        1 - facts.escalated_conversations / nullif(facts.conversations, 0) as not_escalated_pct,
        facts.other_sends as sends_excluding_concierge,
        facts.conversations / nullif(facts.other_sends, 0) as concierge_response_rate,
        -- as published: conversations a day, so on a day their number
        case when facts.member_id = 'LIVE_SMS' then cast(facts.conversations as double) end
            as livesms_avg_replied_per_conversation,
        case when facts.member_id = 'LIVE_SMS' then facts.escalations end as livesms_escalations
    from facts
    inner join {{ ref('int_accounts') }} as accounts on facts.account_id = accounts.account_id
    left join {{ ref('int_concierge__journeys') }} as journeys
        on facts.account_id = journeys.account_id and facts.member_id = journeys.journey_id

)

select * from concierge_metrics
