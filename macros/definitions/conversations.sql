{#-
    What each listed participant of a conversation is (system, human, bot or unknown): who is listed twice is what the
    first listing says. Rows of touched conversations only.
-#}
{% macro first_listings() -%}
    select account_id, conversation_id, agent_id, user_type
    from (
        select
            account_id,
            conversation_id,
            agent_id,
            user_type,
            row_number() over (
                partition by account_id, conversation_id, agent_id order by participant_place
            ) as listing
        from {{ ref('stg_liveperson__agent_participants') }}
        where agent_id is not null and {{ is_touched('account_id', 'conversation_id') }}
    ) as listings
    where listing = 1
{%- endmacro %}

{#- The join of a conversation (alias `conversations`) to what is listed of it. -#}
{% macro of_conversation(alias='listed') -%}
    on conversations.account_id = {{ alias }}.account_id and conversations.conversation_id = {{ alias }}.conversation_id
{%- endmacro %}
