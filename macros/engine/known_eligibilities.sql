{#-
    What web sessions list, read at once where it is written in a way that is known. Of the visits `parts` with the columns
    eligibility_parts and impression_parts (arrays of JSON lists) these are queries that add known_eligibilities and
    known_impressions, typed as `eligibilities` and `impressions` type them. They are null where a value is missing,
    written in another way or of no use: such a visit is taken apart value by value, to the same lists. An engine that
    gains nothing by it knows no way.

    Production wraps every value in an object with one key, its type; documentation wraps none. That numbers and texts
    are whole numbers and texts is seen in the characters, and that no wrapping has a second key is counted: nothing
    stands below wrapped values but what was read.
-#}
{% macro known_eligibilities(parts) -%}
    {{ return(adapter.dispatch('known_eligibilities', 'parley')(parts)) }}
{%- endmacro %}

{% macro default__known_eligibilities(parts) -%}
    select
        *,
        cast(null as array<struct<eligible_ms: bigint, campaigns: array<struct<
            campaign_id: string, goal_id: string, control_group_type: string, engagement_ids: array<string>
        >>>>) as known_eligibilities
    from {{ parts }}
{%- endmacro %}

{% macro duckdb__known_eligibilities(parts) -%}
    select
        * exclude (list, entries),
        case
            when len(eligibility_parts) = 0 then []
            when
                len(list_filter(
                    entries,
                    lambda entry: not coalesce(is_usable_time(entry.eligible_ms), false)
                    or entry.campaigns is null
                    or len(list_filter(
                        entry.campaigns,
                        lambda campaign: campaign.campaign_id is null
                        or campaign.goal_id is null
                        or not coalesce(campaign.control_group_type in ('TEST', 'CONTROL', 'NA'), false)
                        or campaign.engagement_ids is null
                        or list_count(campaign.engagement_ids) < len(campaign.engagement_ids)
                    )) > 0
                )) = 0
                and (
                    starts_with(list, '[')
                    or len(json_type(list, '$.array[*].*.*')) = 2 * len(entries)
                    and len(json_type(list, '$.array[*].eligibleCampaigns.array[*].*.*'))
                    = 4 * len(flatten(list_transform(entries, lambda entry: entry.campaigns)))
                )
                then list_transform(entries, lambda entry: {
                    'eligible_ms': cast(entry.eligible_ms as bigint),
                    'campaigns': list_transform(entry.campaigns, lambda campaign: {
                        'campaign_id': cast(campaign.campaign_id as varchar),
                        'goal_id': cast(campaign.goal_id as varchar),
                        'control_group_type': null_if_sentinel(campaign.control_group_type),
                        'engagement_ids': cast(campaign.engagement_ids as varchar[])
                    })
                })
        end as known_eligibilities
    from (
        select
            *,
            case len(eligibility_parts) when 1 then eligibility_parts[1] end as list,
            case
                when {{ is_plainly_wrapped('list') }}
                    then list_transform(
                        from_json(list, '{"array":[{
                            "timestamp":{"long":"UBIGINT"},
                            "eligibleCampaigns":{"array":[{
                                "campaign":{"com.liveperson.dataaccess.Campaign":{"id":{"long":"UBIGINT"}}},
                                "goal":{"com.liveperson.dataaccess.Goal":{"id":{"long":"UBIGINT"}}},
                                "controlGroupType":{"com.liveperson.dataaccess.ControlGroupEnum":"VARCHAR"},
                                "engagements":{"array":[{"id":{"long":"UBIGINT"}}]}
                            }]}
                        }]}')."array",
                        lambda entry: {
                            'eligible_ms': entry.timestamp."long",
                            'campaigns': list_transform(entry."eligibleCampaigns"."array", lambda campaign: {
                                'campaign_id': campaign.campaign."com.liveperson.dataaccess.Campaign".id."long",
                                'goal_id': campaign.goal."com.liveperson.dataaccess.Goal".id."long",
                                'control_group_type':
                                    campaign."controlGroupType"."com.liveperson.dataaccess.ControlGroupEnum",
                                'engagement_ids': list_transform(
                                    campaign.engagements."array", lambda engagement: engagement.id."long"
                                )
                            })
                        }
                    )
                when {{ is_plainly_bare('list') }}
                    then list_transform(
                        from_json(list, '[{
                            "timestamp":"UBIGINT",
                            "eligibleCampaigns":[{
                                "campaign":{"id":"UBIGINT"},
                                "goal":{"id":"UBIGINT"},
                                "controlGroupType":"VARCHAR",
                                "engagements":[{"id":"UBIGINT"}]
                            }]
                        }]'),
                        lambda entry: {
                            'eligible_ms': entry.timestamp,
                            'campaigns': list_transform(entry."eligibleCampaigns", lambda campaign: {
                                'campaign_id': campaign.campaign.id,
                                'goal_id': campaign.goal.id,
                                'control_group_type': campaign."controlGroupType",
                                'engagement_ids': list_transform(
                                    campaign.engagements, lambda engagement: engagement.id
                                )
                            })
                        }
                    )
            end as entries
        from {{ parts }}
    )
{%- endmacro %}

{#- Whether a JSON list is wrapped, with nothing but whole numbers and texts in the wrappings of numbers and texts. -#}
{% macro is_plainly_wrapped(list) -%}
    starts_with({{ list }}, '{')
                    and len(json_keys({{ list }})) = 1
                    and not regexp_matches(
                        {{ list }},
                        '\\u0000|,"(?:long|string)":|"long":(?:[^-0-9]|-[^0-9]|-?[0-9]+[^0-9}])'
                        || '|"string":(?:[^"]|"(?:[^"\\]|\\.)*"[^}])'
                    )
{%- endmacro %}

{#- Whether a JSON list is bare, with whole numbers for ids and times and with texts where texts are read. -#}
{% macro is_plainly_bare(list) -%}
    starts_with({{ list }}, '[')
                    and not regexp_matches(
                        {{ list }},
                        '\\u0000|"(?:id|timestamp)":(?:[^-0-9]|-[^0-9]|-?[0-9]+[^0-9,}])'
                        || '|"(?:engagementInstanceId|impressionType|state)":[^"]'
                    )
{%- endmacro %}
