{#-
    A record of a web session's recordCollection as one struct, whichever of the documented types it is: the
    header every type carries, and the one list (or session info) its type holds.
-#}
{% macro web_session_body(json) -%}
    {{ return(adapter.dispatch('web_session_body', 'parley')(json)) }}
{%- endmacro %}

{% macro duckdb__web_session_body(json) -%}
    {%- set prefix = 'com.liveperson.dataaccess.WebSession' -%}
    {%- set payloads = {
        'InfoData': 'sessionInfo',
        'NavigationData': none,
        'EngAttrsData': none,
        'EligibilityData': 'eligibilityData',
        'ImpressionData': 'impressions',
        'GoalAchievedData': 'achievedGoals',
    } -%}
    {%- set fields = [] -%}
    {%- for name, payload in payloads.items() -%}
        {%- do fields.append(
            '"' ~ prefix ~ name ~ '":{"header":"JSON"' ~ (',"' ~ payload ~ '":"JSON"' if payload else '') ~ '}'
        ) -%}
    {%- endfor -%}
    {%- set parsed = "from_json(" ~ json ~ ", '{\"body\":{" ~ fields | join(',') ~ "}}').body" -%}
    list_transform(
        [{{ parsed }}],
        lambda part: struct_pack(
            header := coalesce(
                {%- for name in payloads %}
                part."{{ prefix ~ name }}".header{{ ',' if not loop.last }}
                {%- endfor %}
            ),
            session_info := part."{{ prefix }}InfoData"."sessionInfo",
            eligibility_data := part."{{ prefix }}EligibilityData"."eligibilityData",
            impressions := part."{{ prefix }}ImpressionData"."impressions",
            achieved_goals := part."{{ prefix }}GoalAchievedData"."achievedGoals"
        )
    )[1]
{%- endmacro %}

{#- The first value of a field over an array of parsed structs that is no sentinel, as text. -#}
{% macro first_named(structs, field) -%}
    {{ array_first(array_keep(array_map(structs, 'part', avro_name('part."' ~ field ~ '"')), 'value', 'value is not null')) }}
{%- endmacro %}
