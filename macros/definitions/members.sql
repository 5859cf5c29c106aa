{#- Left joins to the configured names of several entities, each under the alias <entity>_names. -#}
{% macro names_joined(ids, fact) -%}
    {%- for entity, id in ids.items() -%}
    left join {{ ref('int_configuration__names') }} as {{ entity }}_names
        on
            {{ fact }}.account_id = {{ entity }}_names.account_id
            and {{ entity }}_names.entity = '{{ entity }}'
            and {{ id }} = {{ entity }}_names.entity_id
    {% endfor -%}
{%- endmacro %}

{#- The name of an entity joined by names_joined: null where there is no id, `unknown` where it is not named. -#}
{% macro name_of(entity, id) -%}
    case when {{ id }} is not null then coalesce({{ entity }}_names.entity_name, 'unknown') end
{%- endmacro %}
