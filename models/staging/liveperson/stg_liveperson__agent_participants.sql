{#- One row per entry of a conversation's agentParticipants: people, bots and the system, as often as listed. -#}
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
        {{ item_and_place('agent_participant_items', 'participant') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        participant_place,
        {{ json_parse(
            'participant_item',
            '{' ~ json_fields(['agentId', 'userType', 'permission', 'agentGroupId', 'timeL']) ~ '}'
        ) }} as participant
    from items

),

stg_liveperson__agent_participants as (

    select
        account_id,
        conversation_id,
        participant_place,
        {{ json_name('participant."agentId"') }} as agent_id,
        case {{ json_name('participant."userType"') }}
            when '0' then 'system'
            when '1' then 'human'
            when '2' then 'bot'
            else 'unknown'
        end as user_type,
        {{ json_name('participant.permission') }} as permission,
        {{ json_name('participant."agentGroupId"') }} as agent_group_id,
        {{ json_epoch_ms('participant."timeL"') }} as joined_ms
    from parsed

)

select * from stg_liveperson__agent_participants
