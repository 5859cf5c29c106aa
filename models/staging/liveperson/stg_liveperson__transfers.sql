{#- One row per transfer of a conversation that has a time. -#}
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
        {{ item_and_place('transfer_items', 'transfer') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        transfer_place,
        {{ json_parse('transfer_item', '{' ~ json_fields([
            'timeL', 'reason', 'sourceSkillId', 'targetSkillId', 'sourceAgentId', 'assignedAgentId', 'by',
        ]) ~ '}') }} as transfer
    from items

),

fields as (

    select
        account_id,
        conversation_id,
        transfer_place,
        {{ json_epoch_ms('transfer."timeL"') }} as transferred_ms,
        case {{ json_name('transfer.reason') }}
            when 'Skill' then 'skill'
            when 'Agent' then 'agent'
            when 'back2Q' then 'back_to_queue'
            when 'SuggestedAgentTimeout' then 'suggested_agent_timeout'
            when 'TakeOver' then 'take_over'
            else 'unknown'
        end as reason,
        {{ json_name('transfer."sourceSkillId"') }} as source_skill_id,
        {{ json_name('transfer."targetSkillId"') }} as target_skill_id,
        {{ json_name('transfer."sourceAgentId"') }} as source_agent_id,
        {{ json_name('transfer."assignedAgentId"') }} as assigned_agent_id,
        {{ json_name('transfer."by"') }} as transferred_by
    from parsed

),

stg_liveperson__transfers as (

    select * from fields
    where transferred_ms is not null

)

select * from stg_liveperson__transfers
