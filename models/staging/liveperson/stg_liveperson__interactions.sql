{#- One row per entry of a conversation's interactions: whose turn at answering it was. -#}
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
        {{ item_and_place('interaction_items', 'interaction') }}
    from {{ ref('stg_liveperson__conversations') }}
    where {{ is_new('current_since_build') }}

),

parsed as (

    select
        account_id,
        conversation_id,
        interaction_place,
        {{ json_parse(
            'interaction_item',
            '{' ~ json_fields(['assignedAgentId', 'interactiveSequence', 'interactionTimeL']) ~ '}'
        ) }} as interaction
    from items

),

stg_liveperson__interactions as (

    select
        account_id,
        conversation_id,
        interaction_place,
        {{ json_name('interaction."assignedAgentId"') }} as assigned_agent_id,
        {{ number_or_null(json_scalar('interaction."interactiveSequence"')) }} as interactive_sequence,
        {{ json_epoch_ms('interaction."interactionTimeL"') }} as interacted_ms
    from parsed

)

select * from stg_liveperson__interactions
