{#-
    The members a fact belongs to. Where configuration and record disagree, configuration wins; what nobody
    names is 'unknown'; a fact without an engagement is in no engagement and no entry point (null here).
    `fact` is the alias of the record, `engagement` and `campaign` those of the two configuration joins below.
-#}
{% macro member_columns(fact, record_lob=none, record_entry_point=none) -%}
    {{ fact }}.engagement_id,
    coalesce(configured_engagement.campaign_id, {{ fact }}.campaign_id, 'unknown') as campaign_id,
    coalesce(
        configured_campaign.lob_id,
        {{ (fact ~ '.' ~ record_lob ~ ',') if record_lob }}
        'unknown'
    ) as lob_id,
    case
        when {{ fact }}.engagement_id is not null
            then coalesce(
                configured_engagement.entry_point_id,
                {{ (fact ~ '.' ~ record_entry_point ~ ',') if record_entry_point }}
                'unknown'
            )
    end as entry_point_id
{%- endmacro %}

{#- Left joins that find a fact's configured engagement and the configured campaign it resolves to. -#}
{% macro member_joins(fact) -%}
    left join {{ ref('int_configuration__engagements') }} as configured_engagement
        on
            {{ fact }}.account_id = configured_engagement.account_id
            and {{ fact }}.engagement_id = configured_engagement.engagement_id
    left join {{ ref('int_configuration__campaigns') }} as configured_campaign
        on
            {{ fact }}.account_id = configured_campaign.account_id
            and coalesce(configured_engagement.campaign_id, {{ fact }}.campaign_id) = configured_campaign.campaign_id
{%- endmacro %}

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

{#- The name of an entity joined by names_joined: null where there is no id, `unknown` where nobody names it. -#}
{% macro name_of(entity, id) -%}
    case when {{ id }} is not null then coalesce({{ entity }}_names.entity_name, 'unknown') end
{%- endmacro %}
