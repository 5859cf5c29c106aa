{#- One row per entry of a conversation's consumer participants, as often as listed. -#}
{{
    config(
        materialized='incremental',
        unit=['account_id', 'conversation_id'],
        touched_by={'stg_liveperson__conversations': 'conversation_id'},
    )
}}

with items as (

    select
        account_id,
        conversation_id,
        {{ item_and_place('consumer_participant_items', 'participant') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        participant_place,
        {{ json_parse('participant_item', '{' ~ json_fields(['participantId']) ~ '}') }} as participant
    from items

),

stg_liveperson__consumer_participants as (

    select
        account_id,
        conversation_id,
        participant_place,
        {{ json_name('participant."participantId"') }} as participant_id
    from parsed

)

select * from stg_liveperson__consumer_participants
