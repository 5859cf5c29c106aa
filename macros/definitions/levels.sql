{#-
    The levels of the business dashboard, one line each: the member that a row belongs to (null: to none; the brand has
    one member, itself), and whether conversations and conversions are counted at the level. `none` in a dataset is no
    member: what names no campaign is in the campaign `unknown`, what has no engagement is in none.
-#}
{% macro business_dashboard_levels() -%}
    {{ return([
        {'level': 'brand', 'member': "'all'", 'has_conversations': true},
        {'level': 'lob', 'member': 'lob_id', 'has_conversations': false},
        {'level': 'campaign', 'member': "coalesce(nullif(campaign_id, 'none'), 'unknown')", 'has_conversations': true},
        {'level': 'engagement', 'member': "nullif(engagement_id, 'none')", 'has_conversations': true},
        {'level': 'entry_point', 'member': "nullif(entry_point_id, 'none')", 'has_conversations': false},
    ]) }}
{%- endmacro %}

{#- The levels of the performance dashboard, likewise. -#}
{% macro performance_dashboard_levels() -%}
    {{ return([
        {'level': 'brand', 'member': "'all'"},
        {'level': 'skill', 'member': 'skill_id'},
        {'level': 'agent_group', 'member': 'agent_group_id'},
        {'level': 'agent', 'member': 'agent_id'},
    ]) }}
{%- endmacro %}

{#- The levels of the reports on conversations by text, likewise. -#}
{% macro concierge_levels() -%}
    {{ return([
        {'level': 'brand', 'member': "'all'"},
        {'level': 'program', 'member': 'program'},
        {'level': 'journey', 'member': "nullif(journey_id, 'none')"},
    ]) }}
{%- endmacro %}

{#-
    A relation crossed with levels: each of its rows once a level, with the member that it belongs to there, which is
    null where it belongs to none.
-#}
{% macro at_levels(relation, levels) -%}
    (
        select
            counted.*,
            levels.level,
            case levels.level
                {%- for level in levels %}
                when '{{ level.level }}' then {{ level.member }}
                {%- endfor %}
            end as member_id
        from {{ relation }} as counted
        cross join (
            {%- for level in levels %}
            select '{{ level.level }}' as level
            {{- ' union all' if not loop.last }}
            {%- endfor %}
        ) as levels
    )
{%- endmacro %}
