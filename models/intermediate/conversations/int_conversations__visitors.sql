{#- One row per conversation that is linked to a delivered visit: whose visitor it was. -#}
{{ config(materialized='view') }}

with int_conversations__visitors as (

    select
        conversations.account_id,
        conversations.conversation_id,
        web_sessions.visitor_id
    from {{ ref('int_conversations') }} as conversations
    inner join {{ ref('stg_liveperson__web_sessions') }} as web_sessions
        on
            conversations.account_id = web_sessions.account_id
            and conversations.visit_id = web_sessions.visit_id

)

select * from int_conversations__visitors
