{#-
    The business dashboard's metrics, section by section, written once over the components that each panel sums
    (funnel, views, conversations, consumers, conversions, hours). Counts are 0 where nothing happened, rates null.
-#}

{#- numerator / denominator, null where the denominator is 0. -#}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}

{#- Sums of a dataset's columns by the panel's keys, whole numbers staying whole. -#}
{% macro summed(columns, type='bigint') -%}
    {%- for column in columns -%}
        cast(sum({{ column }}) as {{ type }}) as {{ column }}
        {%- if not loop.last %},
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro funnel_columns() -%}
    {{ return([
        'prospects', 'exposed', 'exposed_not_engaged', 'engaged', 'control_visits', 'exposures', 'online_exposures',
    ]) }}
{%- endmacro %}

{% macro view_columns() -%}
    {{ return(['engagement_views', 'accepted_offers', 'online_accepted_offers']) }}
{%- endmacro %}

{#- Conversions and revenue by what the panel's metrics need, over rows of conversions_daily. -#}
{% macro conversion_sums() -%}
    {{ conversion_sum('messaging_conversions', 'conversions', "attribution_group = 'messaging'") }},
        {{ conversion_sum('self_service_conversions', 'conversions', "attribution_group = 'self_service'") }},
        {{ conversion_sum('control_conversions', 'conversions', "attribution_group = 'control'") }},
        {% for group in ['self_service', 'control'] -%}
        {% for session in ['in', 'cross'] -%}
        {%- set condition = "attribution_group = '" ~ group ~ "' and "
            ~ ('in_session' if session == 'in' else 'not in_session') -%}
        {{ conversion_sum(group ~ '_' ~ session ~ '_session_conversions', 'conversions', condition) }},
        {{ conversion_sum(group ~ '_' ~ session ~ '_session_sell', 'sell_conversions', condition) }},
        {{ conversion_sum(group ~ '_' ~ session ~ '_session_revenue', 'revenue', condition) }},
        {% endfor -%}
        {% endfor -%}
        {{ conversion_sum('direct_sell_after_engagement', 'sell_conversions', "is_direct and attribution_group = 'messaging'") }},
        {{ conversion_sum('direct_revenue_after_engagement', 'revenue', "is_direct and attribution_group = 'messaging'") }},
        {{ conversion_sum(
            'direct_sell_after_exposure_not_engagement', 'sell_conversions', "is_direct and attribution_group = 'self_service'"
        ) }},
        {{ conversion_sum(
            'direct_revenue_after_exposure_not_engagement', 'revenue', "is_direct and attribution_group = 'self_service'"
        ) }},
        {{ conversion_sum('direct_sell_after_exposure', 'sell_conversions', 'is_direct and ' ~ is_after_exposure()) }},
        {{ conversion_sum('direct_revenue_after_exposure', 'revenue', 'is_direct and ' ~ is_after_exposure()) }}
{%- endmacro %}

{#- After exposure: group self-service, and those of group messaging whose visitor also saw a Show in the window. -#}
{% macro is_after_exposure() -%}
    (attribution_group = 'self_service' or attribution_group = 'messaging' and had_exposure)
{%- endmacro %}

{% macro conversion_sum(name, measure, condition) -%}
    {%- set value = '(case when ' ~ condition ~ ' then ' ~ measure ~ ' else 0 end)' -%}
    {%- if measure == 'revenue' -%}
        {{ exact_sum(value) }} as {{ name }}
    {%- else -%}
        cast(sum{{ value }} as bigint) as {{ name }}
    {%- endif -%}
{%- endmacro %}

{#-
    The sum of a fractional measure as a double that does not depend on the order of rows: added as decimals, whose
    sums are exact, where adding doubles would give another last digit at every build. `digits` after the point:
    9 leave room for any amount, 18 keep a millisecond's share of an hour.
-#}
{% macro exact_sum(value, digits=9) -%}
    cast(sum(cast({{ value }} as decimal(38, {{ digits }}))) as double)
{%- endmacro %}

{#- Funnel metrics; `sessions` is the relation's column with the brand's sessions of the date. -#}
{% macro funnel_metrics(sessions) -%}
    coalesce(funnel.prospects, 0) as prospects,
    {{ ratio('coalesce(funnel.prospects, 0)', sessions) }} as prospect_rate,
    coalesce(funnel.exposed, 0) as exposed,
    {{ ratio('coalesce(funnel.exposed, 0)', 'funnel.prospects') }} as exposed_rate,
    coalesce(funnel.exposures, 0) as exposures,
    {{ ratio('funnel.exposures', 'funnel.exposed') }} as avg_exposures,
    coalesce(funnel.online_exposures, 0) as online_exposures,
    {{ ratio('funnel.online_exposures', 'funnel.exposures') }} as online_exposure_rate,
    coalesce(views.engagement_views, 0) as engagement_views,
    coalesce(views.accepted_offers, 0) as accepted_offers,
    {{ ratio('coalesce(views.online_accepted_offers, 0)', 'funnel.online_exposures') }} as accepted_rate
{%- endmacro %}

{% macro conversation_metrics() -%}
    coalesce(funnel.engaged, 0) as engaged,
    coalesce(conversations.opened, 0) as opened_conversations,
    {{ ratio('coalesce(conversations.opened, 0)', 'views.accepted_offers') }} as conversation_open_rate,
    coalesce(conversations.abandoned, 0) as abandoned_conversations,
    {{ ratio('conversations.abandoned', 'conversations.closed') }} as abandoned_rate,
    coalesce(conversations.interactive, 0) as interactive_conversations,
    {{ ratio('conversations.interactive', 'conversations.closed') }} as interactive_rate,
    coalesce(conversations.closed, 0) as closed_conversations,
    coalesce(conversations.closed_by_agent, 0) as closed_by_agent,
    {{ ratio('conversations.closed_by_agent', 'conversations.closed') }} as closed_by_agent_rate,
    coalesce(conversations.closed_by_consumer, 0) as closed_by_consumer,
    {{ ratio('conversations.closed_by_consumer', 'conversations.closed') }} as closed_by_consumer_rate,
    coalesce(conversations.closed_by_system, 0) as closed_by_system,
    {{ ratio('conversations.closed_by_system', 'conversations.closed') }} as closed_by_system_rate,
    coalesce(conversations.transfers, 0) as total_transfers,
    coalesce(conversations.skill_transfers, 0) as skill_to_skill_transfers,
    coalesce(conversations.queue_transfers, 0) as back_to_queue_transfers,
    coalesce(conversations.handled, 0) as handled_conversations
{%- endmacro %}

{% macro conversion_metrics() -%}
    {%- set after_engagement = ratio('coalesce(conversions.messaging_conversions, 0)', 'funnel.engaged') -%}
    {%- set after_exposure = ratio('coalesce(conversions.self_service_conversions, 0)', 'funnel.exposed_not_engaged') -%}
    {%- set incremental = '(' ~ after_engagement ~ ' - ' ~ after_exposure ~ ') * funnel.engaged' -%}
    coalesce(conversions.messaging_conversions, 0) as total_conversions_after_engagement,
    {{ after_engagement }} as total_conversion_rate_after_engagement,
    {{ after_exposure }} as total_conversion_rate_after_exposure_not_engagement,
    {{ incremental }} as incremental_conversions,
    {{ incremental }} / nullif(conversions.messaging_conversions, 0) as incremental_conversion_ratio,
    coalesce(conversions.direct_revenue_after_exposure, 0) as total_direct_revenue_after_exposure,
    coalesce(conversions.direct_revenue_after_engagement, 0) as total_direct_revenue_after_engagement,
    coalesce(
        conversions.direct_revenue_after_exposure_not_engagement, 0
    ) as total_direct_revenue_after_exposure_not_engagement,
    {{ ratio('conversions.direct_revenue_after_exposure', 'conversions.direct_sell_after_exposure') }}
        as total_aov_after_exposure,
    {{ ratio('conversions.direct_revenue_after_engagement', 'conversions.direct_sell_after_engagement') }}
        as total_aov_after_engagement,
    {{ ratio(
        'conversions.direct_revenue_after_exposure_not_engagement', 'conversions.direct_sell_after_exposure_not_engagement'
    ) }} as total_aov_after_exposure_not_engagement
{%- endmacro %}

{% macro efficiency_metrics() -%}
    {{ ratio('coalesce(conversations.closed, 0)', 'hours.logged_in_hours') }} as closed_conversations_per_login_hour,
    {{ ratio('coalesce(conversations.closed, 0)', 'hours.online_hours') }} as closed_conversations_per_online_hour,
    {{ ratio('coalesce(conversions.messaging_conversions, 0)', 'hours.online_hours') }} as conversions_per_online_hour,
    {{ ratio('coalesce(conversions.direct_revenue_after_engagement, 0)', 'hours.online_hours') }}
        as revenue_per_online_hour
{%- endmacro %}

{% macro operations_metrics() -%}
    {{ ratio('conversations.csat_good', 'conversations.csat_valid') }} as csat_score,
    {{ ratio('100 * (conversations.mcs_positive - conversations.mcs_negative)', 'conversations.mcs_scored') }} as mcs,
    coalesce(hours.logged_in_hours, 0) as logged_in_time,
    coalesce(hours.online_hours, 0) as online_time,
    {{ ratio('hours.online_hours', 'hours.logged_in_hours') }} as online_rate,
    coalesce(hours.away_hours, 0) as away_time,
    {{ ratio('hours.away_hours', 'hours.logged_in_hours') }} as away_rate,
    coalesce(hours.back_soon_hours, 0) as back_soon_time,
    {{ ratio('hours.back_soon_hours', 'hours.logged_in_hours') }} as back_soon_rate,
    {{ ratio('consumers.response_seconds', 'consumers.responses') }} as avg_consumer_response_time,
    {{ ratio('conversations.duration_seconds', 'conversations.closed') }} as avg_conversation_duration
{%- endmacro %}

{% macro self_service_metrics() -%}
    {%- set sell = '(conversions.self_service_in_session_sell + conversions.self_service_cross_session_sell)' -%}
    {%- set revenue = '(conversions.self_service_in_session_revenue + conversions.self_service_cross_session_revenue)' -%}
    {%- for session in ['in', 'cross'] -%}
    coalesce(conversions.self_service_{{ session }}_session_conversions, 0)
        as self_service_exposed_{{ session }}_session_conversions,
    coalesce(conversions.self_service_{{ session }}_session_revenue, 0)
        as self_service_exposed_{{ session }}_session_revenue,
    {{ ratio(
        'conversions.self_service_' ~ session ~ '_session_revenue', 'conversions.self_service_' ~ session ~ '_session_sell'
    ) }} as self_service_exposed_{{ session }}_session_aov,
    {% endfor -%}
    coalesce(conversions.self_service_conversions, 0) as total_self_service_exposed_conversions,
    coalesce({{ revenue }}, 0) as total_self_service_exposed_revenue,
    {{ ratio(revenue, sell) }} as total_self_service_exposed_aov,
    {{ ratio('coalesce(conversions.self_service_conversions, 0)', 'funnel.exposed') }}
        as total_self_service_exposed_conversion_rate
{%- endmacro %}

{#- `share` is the account's control group share, for the vendor's own reading of the rate. -#}
{% macro control_group_metrics(share) -%}
    {%- set sell = '(conversions.control_in_session_sell + conversions.control_cross_session_sell)' -%}
    {%- set revenue = '(conversions.control_in_session_revenue + conversions.control_cross_session_revenue)' -%}
    coalesce(conversions.control_in_session_conversions, 0) as control_group_in_session_conversions,
    coalesce(conversions.control_in_session_revenue, 0) as control_group_in_session_revenue,
    {{ ratio('conversions.control_in_session_revenue', 'conversions.control_in_session_sell') }}
        as control_group_in_session_aov,
    coalesce(conversions.control_conversions, 0) as total_control_group_conversions,
    coalesce({{ revenue }}, 0) as total_control_group_revenue,
    {{ ratio(revenue, sell) }} as total_control_group_aov,
    {{ ratio('coalesce(conversions.control_conversions, 0)', 'funnel.control_visits') }}
        as total_control_group_conversion_rate,
    {{ ratio('coalesce(conversions.control_conversions, 0)', share ~ ' * funnel.prospects') }}
        as total_control_group_conversion_rate_vendor
{%- endmacro %}
