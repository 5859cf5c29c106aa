{#-
    A web session's recordCollection. Its records are typed by name: `body` holds one record under the name of its
    type, with the header every type carries and the one list (or session info) its type holds.
-#}
{% macro web_session_payloads() -%}
    {{ return({
        'InfoData': 'sessionInfo',
        'NavigationData': none,
        'EngAttrsData': none,
        'EligibilityData': 'eligibilityData',
        'ImpressionData': 'impressions',
        'GoalAchievedData': 'achievedGoals',
    }) }}
{%- endmacro %}

{% macro web_session_type(name) -%}
    "com.liveperson.dataaccess.WebSession{{ name }}"
{%- endmacro %}

{#- The JSON structure of a record whose union wrapper, if it has one, is taken off. -#}
{% macro web_session_record_structure() -%}
    {%- set types = [] -%}
    {%- for name, payload in web_session_payloads().items() -%}
        {%- do types.append(
            web_session_type(name) ~ ':{' ~ json_fields(['header'] + ([payload] if payload else [])) ~ '}'
        ) -%}
    {%- endfor -%}
    {{ return('{"body":{' ~ types | join(',') ~ '}}') }}
{%- endmacro %}

{#- A payload of a parsed body, from whichever type carries it; `header` is carried by all of them. -#}
{% macro web_session_part(body, payload) -%}
    {%- if payload == 'header' -%}
        coalesce(
            {%- for name in web_session_payloads() -%}
                {{ body }}.{{ web_session_type(name) }}.header{{ ', ' if not loop.last }}
            {%- endfor -%}
        )
    {%- else -%}
        {%- for name, held in web_session_payloads().items() if held == payload -%}
            {{ body }}.{{ web_session_type(name) }}."{{ payload }}"
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- All records of the lists of a visit, in order, parsed to these fields: a record type may come twice. -#}
{% macro web_session_items(parts, fields) -%}
    {%- set items = array_flatten(array_map(parts, 'part', 'avro_records(part)')) -%}
    {{ array_map(items, 'item', json_parse('item', '{' ~ json_fields(fields) ~ '}')) }}
{%- endmacro %}

{#- A payload of the bodies of a visit that have it, in order. -#}
{% macro web_session_parts(bodies, payload) -%}
    {{ array_keep(array_map(bodies, 'body', web_session_part('body', payload)), 'part', 'part is not null') }}
{%- endmacro %}
