{#-
    One row per record that a mart names by its id (record_kind, account_id, record_id): the landed line with its current
    version. A request is told by several events; its line is that of the one that opened it.
-#}
with visits as (

    select * from {{ ref('stg_liveperson__web_sessions') }}

),

conversations as (

    select * from {{ ref('stg_liveperson__conversations') }}

),

events as (

    select * from {{ ref('stg_one_to_one__events') }}

),

surveys as (

    select * from {{ ref('int_one_to_one__surveys') }}

),

requests as (

    select * from {{ ref('int_one_to_one__requests') }}

),

orders as (

    select * from {{ ref('stg_one_to_one__orders') }}

),

int_landing__record_lines as (

    select
        'visit' as record_kind,
        account_id,
        visit_id as record_id,
        'liveperson/web_sessions' as feed,
        file_name,
        line_number
    from visits
    union all
    select
        'conversation' as record_kind,
        account_id,
        conversation_id as record_id,
        'liveperson/messaging_interactions' as feed,
        file_name,
        line_number
    from conversations
    union all
    select
        'event' as record_kind,
        surveys.account_id,
        surveys.event_id as record_id,
        'one_to_one/events' as feed,
        events.file_name,
        events.line_number
    from surveys
    inner join events on surveys.account_id = events.account_id and surveys.event_id = events.event_id
    union all
    select
        'request' as record_kind,
        requests.account_id,
        requests.request_id as record_id,
        'one_to_one/events' as feed,
        events.file_name,
        events.line_number
    from requests
    inner join events
        on requests.account_id = events.account_id and requests.opening_event_id = events.event_id
    union all
    select
        'order' as record_kind,
        account_id,
        order_id as record_id,
        'one_to_one/orders' as feed,
        file_name,
        line_number
    from orders

)

select * from int_landing__record_lines
