-- How many LiveSMS conversations are there a day, and how many are handed to a person?
--
-- On the demo data: Fernwick Apparel has 3.02 a day over 91 days and hands over 8.73% of them; the mean of the 87
-- days that have a row would say 3.16.
--
-- How to read it: One row per account. The published Average Replied Per Conversation is the number of LiveSMS
-- conversations a day; over a range, days on which nothing happened count as 0. Handed over are conversations with
-- at least one escalation while they were open.
--
-- Beware: Despite its name the vendor's figure says nothing of replies. The report has no row for a day without any
-- event, so the mean of its column is too high. The range here goes from the account's first row to its last; of a
-- calendar month divide by the month's days. `escalations` are events, and one conversation may have several.

with reports as (

    select
        account_id,
        min(date_day) as first_date,
        max(date_day) as last_date,
        count(*) as days_with_a_row,
        sum(concierge_conversations) as conversations,
        sum(livesms_escalations) as escalations,
        sum(concierge_conversions) as orders
    from {{ ref('concierge_livesms') }}
    group by account_id

),

escalated as (

    select
        account_id,
        sum(escalated_conversations) as escalated_conversations
    from {{ ref('fct_concierge_conversations') }}
    where program = 'LIVE_SMS'
    group by account_id

),

calendar as (

    select
        reports.account_id,
        count(*) as calendar_days
    from reports
    inner join {{ ref('fct_livesms_days') }} as fct_livesms_days
        on
            reports.account_id = fct_livesms_days.account_id
            and fct_livesms_days.date_day between reports.first_date and reports.last_date
    group by reports.account_id

),

livesms_a_day as (

    select
        reports.account_id,
        reports.conversations,
        reports.days_with_a_row,
        calendar.calendar_days,
        reports.escalations,
        coalesce(escalated.escalated_conversations, 0) as escalated_conversations,
        reports.orders
    from reports
    inner join calendar on reports.account_id = calendar.account_id
    left join escalated on reports.account_id = escalated.account_id

)

select
    accounts.account_name,
    livesms.conversations,
    livesms.days_with_a_row,
    cast(livesms.conversations / livesms.days_with_a_row as decimal(18, 4)) as mean_of_rows,
    livesms.calendar_days,
    cast(livesms.conversations / livesms.calendar_days as decimal(18, 4)) as conversations_per_day,
    livesms.escalations,
    livesms.escalated_conversations,
    cast(livesms.escalated_conversations / nullif(livesms.conversations, 0) as decimal(18, 4)) as escalated_rate,
    livesms.orders,
    cast(livesms.orders / nullif(livesms.conversations, 0) as decimal(18, 4)) as conversion_rate
from livesms_a_day as livesms
inner join {{ ref('accounts') }} as accounts on livesms.account_id = accounts.account_id
order by conversations_per_day desc, livesms.account_id asc
