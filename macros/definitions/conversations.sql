{#- The join of a conversation (alias `conversations`) to what is listed of it. -#}
{% macro of_conversation(alias='listed') -%}
    on conversations.account_id = {{ alias }}.account_id and conversations.conversation_id = {{ alias }}.conversation_id
{%- endmacro %}
