{#- One row per dialog of a conversation (account_id, conversation_id, dialog_id); listed twice, the first counts. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with dialogs as (

    select
        conversations.account_id,
        conversations.conversation_id,
        {{ item_and_place('delivered.dialogs', 'dialog') }}
    from {{ ref('stg_liveperson__conversations') }} as conversations
    inner join {{ ref('stg_liveperson__conversation_deliveries') }} as delivered
        on {{ is_same_delivery('conversations', 'delivered') }}
    where {{ is_new('conversations.current_since_build') }}

),

ranked as (

    select
        account_id,
        conversation_id,
        dialog_place,
        dialog_item.dialog_id,
        coalesce(dialog_item.dialog_type = 'POST_SURVEY', false) as is_post_survey,
        dialog_item.started_ms,
        dialog_item.ended_ms,
        row_number() over (
            partition by account_id, conversation_id, dialog_item.dialog_id order by dialog_place
        ) as listing
    from dialogs
    where dialog_item.dialog_id is not null

),

stg_liveperson__dialogs as (

    select
        account_id,
        conversation_id,
        dialog_id,
        is_post_survey,
        dialog_place,
        started_ms,
        ended_ms
    from ranked
    where listing = 1

)

select * from stg_liveperson__dialogs
