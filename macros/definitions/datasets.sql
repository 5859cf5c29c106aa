{#-
    The campaign key of a dataset: 'none' where the fact has neither an engagement nor names a campaign, so that
    'unknown' is left for campaigns that exist (something ran in them) and that nobody names.
-#}
{% macro campaign_or_none(campaign, engagement) -%}
    case when {{ engagement }} is null and {{ campaign }} = 'unknown' then 'none' else {{ campaign }} end
{%- endmacro %}

{#- The additive measures of a conversation and date, from int_conversations__days. -#}
{% macro conversation_day_measures() -%}
    case when is_opened then 1 else 0 end as opened,
        case when is_closed then 1 else 0 end as closed,
        case when is_closed and closed_by = 'agent' then 1 else 0 end as closed_by_agent,
        case when is_closed and closed_by = 'consumer' then 1 else 0 end as closed_by_consumer,
        case when is_closed and closed_by = 'system' then 1 else 0 end as closed_by_system,
        case when is_closed and is_interactive then 1 else 0 end as interactive,
        case when is_closed and not is_interactive and not is_abandoned then 1 else 0 end as non_interactive,
        case when is_closed and is_abandoned then 1 else 0 end as abandoned,
        skill_transfers + agent_transfers + queue_transfers as transfers,
        skill_transfers,
        queue_transfers,
        suggested_agent_timeouts,
        takeovers,
        handled,
        case when is_closed then duration_ms else 0 end as duration_ms,
        case when is_closed then csat_good else 0 end as csat_good,
        case when is_closed then csat_valid else 0 end as csat_valid,
        case when is_closed and mcs > 0 then 1 else 0 end as mcs_positive,
        case when is_closed and mcs < 0 then 1 else 0 end as mcs_negative,
        case when is_closed and mcs is not null then 1 else 0 end as mcs_scored
{%- endmacro %}

{% macro conversation_measures() -%}
    {{ return([
        'opened', 'closed', 'closed_by_agent', 'closed_by_consumer', 'closed_by_system', 'interactive',
        'non_interactive', 'abandoned', 'transfers', 'skill_transfers', 'queue_transfers',
        'suggested_agent_timeouts', 'takeovers', 'handled', 'csat_good', 'csat_valid', 'mcs_positive',
        'mcs_negative', 'mcs_scored',
    ]) }}
{%- endmacro %}

{#- Whole-number sums of the named columns under their own names, and the duration in seconds beside them. -#}
{% macro sums_of(columns) -%}
    {%- for column in columns %}
        cast(sum({{ column }}) as bigint) as {{ column }},
    {%- endfor %}
        cast(sum(duration_ms) as double) / 1000 as duration_seconds
{%- endmacro %}

{% macro hours_of(milliseconds) -%}
    cast({{ milliseconds }} as double) / 3600000
{%- endmacro %}
