{#- Impressions likewise (known_eligibilities.sql). -#}
{% macro known_impressions(parts) -%}
    {{ return(adapter.dispatch('known_impressions', 'parley')(parts)) }}
{%- endmacro %}

{% macro default__known_impressions(parts) -%}
    select
        *,
        cast(null as array<struct<
            impression_ms: bigint, engagement_instance_id: string, impression_type: string, state_code: string,
            campaign_id: string, engagement_id: string, goal_id: string
        >>) as known_impressions
    from {{ parts }}
{%- endmacro %}

{% macro duckdb__known_impressions(parts) -%}
    select
        * exclude (list, shown),
        case
            when len(impression_parts) = 0 then []
            when
                len(list_filter(
                    shown,
                    lambda impression: not coalesce(is_usable_time(impression.impression_ms), false)
                    or impression.engagement_instance_id is null
                    or impression.impression_type is null
                    or impression.state is null
                    or impression.campaign_id is null
                    or impression.engagement_id is null
                    or impression.goal_id is null
                )) = 0
                and (starts_with(list, '[') or len(json_type(list, '$.array[*].*.*')) = 7 * len(shown))
                then list_transform(shown, lambda impression: {
                    'impression_ms': cast(impression.impression_ms as bigint),
                    'engagement_instance_id': null_if_sentinel(impression.engagement_instance_id),
                    'impression_type': null_if_sentinel(impression.impression_type),
                    'state_code': {{ state_code('null_if_sentinel(impression.state)') }},
                    'campaign_id': cast(impression.campaign_id as varchar),
                    'engagement_id': cast(impression.engagement_id as varchar),
                    'goal_id': cast(impression.goal_id as varchar)
                })
        end as known_impressions
    from (
        select
            *,
            case len(impression_parts) when 1 then impression_parts[1] end as list,
            case
                when {{ is_plainly_wrapped('list') }}
                    then list_transform(
                        from_json(list, '{"array":[{
                            "timestamp":{"long":"UBIGINT"},
                            "engagementInstanceId":{"string":"VARCHAR"},
                            "impressionType":{"string":"VARCHAR"},
                            "state":{"string":"VARCHAR"},
                            "campaign":{"com.liveperson.dataaccess.Campaign":{"id":{"long":"UBIGINT"}}},
                            "engagement":{"com.liveperson.dataaccess.Engagement":{"id":{"long":"UBIGINT"}}},
                            "goal":{"com.liveperson.dataaccess.Goal":{"id":{"long":"UBIGINT"}}}
                        }]}')."array",
                        lambda impression: {
                            'impression_ms': impression.timestamp."long",
                            'engagement_instance_id': impression."engagementInstanceId"."string",
                            'impression_type': impression."impressionType"."string",
                            'state': impression.state."string",
                            'campaign_id': impression.campaign."com.liveperson.dataaccess.Campaign".id."long",
                            'engagement_id': impression.engagement."com.liveperson.dataaccess.Engagement".id."long",
                            'goal_id': impression.goal."com.liveperson.dataaccess.Goal".id."long"
                        }
                    )
                when {{ is_plainly_bare('list') }}
                    then list_transform(
                        from_json(list, '[{
                            "timestamp":"UBIGINT",
                            "engagementInstanceId":"VARCHAR",
                            "impressionType":"VARCHAR",
                            "state":"VARCHAR",
                            "campaign":{"id":"UBIGINT"},
                            "engagement":{"id":"UBIGINT"},
                            "goal":{"id":"UBIGINT"}
                        }]'),
                        lambda impression: {
                            'impression_ms': impression.timestamp,
                            'engagement_instance_id': impression."engagementInstanceId",
                            'impression_type': impression."impressionType",
                            'state': impression.state,
                            'campaign_id': impression.campaign.id,
                            'engagement_id': impression.engagement.id,
                            'goal_id': impression.goal.id
                        }
                    )
            end as shown
        from {{ parts }}
    )
{%- endmacro %}
