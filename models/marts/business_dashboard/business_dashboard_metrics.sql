{#-
    One row per account, local date, level and member: the business dashboard's metrics, each written once. Its panels
    are the levels of this model. Metrics of conversations, conversions and efficiency are null at levels that are not
    told of them (lob, entry_point).
-#}
{%- set conversation_levels = business_dashboard_levels() | selectattr('has_conversations') | map(attribute='level') -%}
{%- set has_conversations = "facts.level in ('" ~ conversation_levels | join("', '") ~ "')" %}

with facts as (

    select * from {{ ref('business_dashboard_facts') }}

),

-- Hours and sessions cannot be traced to a member: each row has the account's, and they never add up over members.
known as (

    select
        facts.*,
        case when {{ has_conversations }} then 0 end as nothing,
        coalesce(brand.sessions, 0) as brand_sessions,
        coalesce(brand.logged_in_hours, 0) as brand_logged_in_hours,
        coalesce(brand.online_hours, 0) as brand_online_hours,
        coalesce(brand.away_hours, 0) as brand_away_hours,
        coalesce(brand.back_soon_hours, 0) as brand_back_soon_hours,
        accounts.account_name,
        accounts.control_group_share,
        case
            when facts.level = 'brand' then accounts.account_name
            else coalesce(names.entity_name, 'unknown')
        end as member_name,
        coalesce(facts.date_day < newest.first_open_date, false) as is_final
    from facts
    inner join facts as brand
        on
            facts.account_id = brand.account_id
            and facts.date_day = brand.date_day
            and brand.level = 'brand'
    inner join {{ ref('int_accounts') }} as accounts on facts.account_id = accounts.account_id
    left join {{ ref('int_accounts__newest') }} as newest on facts.account_id = newest.account_id
    left join {{ ref('int_configuration__names') }} as names
        on
            facts.account_id = names.account_id
            and facts.level = names.entity
            and facts.member_id = names.entity_id

),

business_dashboard_metrics as (

    select
        account_id,
        date_day,
        level,
        member_id,
        account_name,
        member_name,
        is_final,

        -- funnel
        brand_sessions as sessions,
        coalesce(prospects, 0) as prospects,
        coalesce(prospects, 0) / nullif(brand_sessions, 0) as prospect_rate,
        coalesce(exposed, 0) as exposed,
        coalesce(exposed, 0) / nullif(prospects, 0) as exposed_rate,
        coalesce(exposures, 0) as exposures,
        exposures / nullif(exposed, 0) as avg_exposures,
        coalesce(online_exposures, 0) as online_exposures,
        online_exposures / nullif(exposures, 0) as online_exposure_rate,
        coalesce(engagement_views, 0) as engagement_views,
        coalesce(accepted_offers, 0) as accepted_offers,
        coalesce(online_accepted_offers, 0) / nullif(online_exposures, 0) as accepted_rate,

        -- conversation
        coalesce(engaged, 0) as engaged,
        coalesce(opened, nothing) as opened_conversations,
        coalesce(opened, nothing) / nullif(accepted_offers, 0) as conversation_open_rate,
        coalesce(abandoned, nothing) as abandoned_conversations,
        abandoned / nullif(closed, 0) as abandoned_rate,
        coalesce(interactive, nothing) as interactive_conversations,
        interactive / nullif(closed, 0) as interactive_rate,
        coalesce(closed, nothing) as closed_conversations,
        coalesce(closed_by_agent, nothing) as closed_by_agent,
        closed_by_agent / nullif(closed, 0) as closed_by_agent_rate,
        coalesce(closed_by_consumer, nothing) as closed_by_consumer,
        closed_by_consumer / nullif(closed, 0) as closed_by_consumer_rate,
        coalesce(closed_by_system, nothing) as closed_by_system,
        closed_by_system / nullif(closed, 0) as closed_by_system_rate,
        coalesce(transfers, nothing) as total_transfers,
        coalesce(skill_transfers, nothing) as skill_to_skill_transfers,
        coalesce(queue_transfers, nothing) as back_to_queue_transfers,
        coalesce(handled, nothing) as handled_conversations,

        -- conversion and revenue
        coalesce(messaging_conversions, nothing) as total_conversions_after_engagement,
        coalesce(messaging_conversions, nothing) / nullif(engaged, 0) as total_conversion_rate_after_engagement,
        coalesce(self_service_conversions, nothing) / nullif(exposed_not_engaged, 0)
            as total_conversion_rate_after_exposure_not_engagement,
        (total_conversion_rate_after_engagement - total_conversion_rate_after_exposure_not_engagement) * engaged
            as incremental_conversions,
        incremental_conversions / nullif(messaging_conversions, 0) as incremental_conversion_ratio,
        coalesce(direct_revenue_after_exposure, nothing) as total_direct_revenue_after_exposure,
        coalesce(direct_revenue_after_engagement, nothing) as total_direct_revenue_after_engagement,
        coalesce(direct_revenue_after_exposure_not_engagement, nothing)
            as total_direct_revenue_after_exposure_not_engagement,
        direct_revenue_after_exposure / nullif(direct_sell_after_exposure, 0) as total_aov_after_exposure,
        direct_revenue_after_engagement / nullif(direct_sell_after_engagement, 0) as total_aov_after_engagement,
        direct_revenue_after_exposure_not_engagement / nullif(direct_sell_after_exposure_not_engagement, 0)
            as total_aov_after_exposure_not_engagement,

        -- efficiency
        coalesce(closed, nothing) / nullif(brand_logged_in_hours, 0) as closed_conversations_per_login_hour,
        coalesce(closed, nothing) / nullif(brand_online_hours, 0) as closed_conversations_per_online_hour,
        coalesce(messaging_conversions, nothing) / nullif(brand_online_hours, 0) as conversions_per_online_hour,
        coalesce(direct_revenue_after_engagement, nothing) / nullif(brand_online_hours, 0) as revenue_per_online_hour,

        -- operations
        csat_good / nullif(csat_valid, 0) as csat_score,
        100 * (mcs_positive - mcs_negative) / nullif(mcs_scored, 0) as mcs,
        brand_logged_in_hours as logged_in_time,
        brand_online_hours as online_time,
        brand_online_hours / nullif(brand_logged_in_hours, 0) as online_rate,
        brand_away_hours as away_time,
        brand_away_hours / nullif(brand_logged_in_hours, 0) as away_rate,
        brand_back_soon_hours as back_soon_time,
        brand_back_soon_hours / nullif(brand_logged_in_hours, 0) as back_soon_rate,
        response_seconds / nullif(responses, 0) as avg_consumer_response_time,
        duration_seconds / nullif(closed, 0) as avg_conversation_duration,

        -- self-service
        coalesce(self_service_in_session_conversions, nothing) as self_service_exposed_in_session_conversions,
        coalesce(self_service_in_session_revenue, nothing) as self_service_exposed_in_session_revenue,
        self_service_in_session_revenue / nullif(self_service_in_session_sell, 0)
            as self_service_exposed_in_session_aov,
        coalesce(self_service_cross_session_conversions, nothing) as self_service_exposed_cross_session_conversions,
        coalesce(self_service_cross_session_revenue, nothing) as self_service_exposed_cross_session_revenue,
        self_service_cross_session_revenue / nullif(self_service_cross_session_sell, 0)
            as self_service_exposed_cross_session_aov,
        coalesce(self_service_conversions, nothing) as total_self_service_exposed_conversions,
        coalesce(self_service_in_session_revenue + self_service_cross_session_revenue, nothing)
            as total_self_service_exposed_revenue,
        (self_service_in_session_revenue + self_service_cross_session_revenue)
        / nullif(self_service_in_session_sell + self_service_cross_session_sell, 0)
            as total_self_service_exposed_aov,
        coalesce(self_service_conversions, nothing) / nullif(exposed, 0) as total_self_service_exposed_conversion_rate,

        -- control group; the vendor's own rate takes an equal share of all prospects for the group
        coalesce(control_in_session_conversions, nothing) as control_group_in_session_conversions,
        coalesce(control_in_session_revenue, nothing) as control_group_in_session_revenue,
        control_in_session_revenue / nullif(control_in_session_sell, 0) as control_group_in_session_aov,
        coalesce(control_conversions, nothing) as total_control_group_conversions,
        coalesce(control_in_session_revenue + control_cross_session_revenue, nothing) as total_control_group_revenue,
        (control_in_session_revenue + control_cross_session_revenue)
        / nullif(control_in_session_sell + control_cross_session_sell, 0) as total_control_group_aov,
        coalesce(control_conversions, nothing) / nullif(control_visits, 0) as total_control_group_conversion_rate,
        coalesce(control_conversions, nothing) / nullif(control_group_share * prospects, 0)
            as total_control_group_conversion_rate_vendor
    from known

)

select * from business_dashboard_metrics
