{#-
    What a web session lists, from parsed records whose values may be wrapped to typed lists. Each takes an array of
    structs with JSON values and gives an array of structs in the same order.
-#}

{#- Eligibility entries; one without a time takes the visit's start. -#}
{% macro eligibilities(records, started_ms) -%}
    {%- set campaign_structure = '{"campaign":"JSON","engagements":"JSON","goal":"JSON","controlGroupType":"JSON"}' -%}
    {%- set campaigns = array_map(
        'avro_records(entry."eligibleCampaigns")', 'item', json_parse('item', campaign_structure)
    ) -%}
    {{ array_map(records, 'entry', struct({
        'eligible_ms': 'coalesce(avro_usable_ms(entry.timestamp), ' ~ started_ms ~ ')',
        'campaigns': array_map(campaigns, 'campaign', struct({
            'campaign_id': "avro_field_name(campaign.campaign, 'id')",
            'goal_id': "avro_field_name(campaign.goal, 'id')",
            'control_group_type': 'avro_name(campaign."controlGroupType")',
            'engagement_ids': array_map(
                'avro_records(campaign.engagements)', 'engagement', "avro_field_name(engagement, 'id')"
            ),
        })),
    })) }}
{%- endmacro %}

{#- Impressions; files older than their time take the visit's start. -#}
{% macro impressions(records, started_ms) -%}
    {{ array_map(records, 'impression', struct({
        'impression_ms': 'coalesce(avro_usable_ms(impression.timestamp), ' ~ started_ms ~ ')',
        'engagement_instance_id': 'avro_name(impression."engagementInstanceId")',
        'impression_type': 'avro_name(impression."impressionType")',
        'state_code': state_code('avro_name(impression.state)'),
        'campaign_id': "avro_field_name(impression.campaign, 'id')",
        'engagement_id': "avro_field_name(impression.engagement, 'id')",
        'goal_id': "avro_field_name(impression.goal, 'id')",
    })) }}
{%- endmacro %}

{#- The code of a state of agents, which may come as the vendor's word for it; what nobody lists stays as it is. -#}
{% macro state_code(state) -%}
    case {{ state }}
        when 'content' then '0'
        when 'chatonline' then '1'
        when 'chatoffline' then '2'
        when 'chatbusy' then '4'
        else {{ state }}
    end
{%- endmacro %}

{#- Goals with what decides their kind: the type of their metadata, whose name is its key. -#}
{% macro reached_goals(records) -%}
    {%- set with_metadata = array_map(records, 'goal', struct({
        'goal': 'goal',
        'metadata': json_parse('goal."goalMetaData"', goal_metadata_structure()),
        'metadata_type': 'json_first_key(goal."goalMetaData")',
    })) -%}
    {{ array_map(with_metadata, 'reached', struct({
        'goal': 'reached.goal',
        'metadata_type': 'reached.metadata_type',
        'purchase': json_parse(goal_metadata('sell'), '{"total":"JSON","orderId":"JSON"}'),
        'kind': 'case '
            ~ 'when ' ~ is_goal_metadata('sell') ~ " then 'sell' "
            ~ 'when ' ~ is_goal_metadata('lead') ~ " then 'lead' "
            ~ 'when ' ~ is_goal_metadata('service') ~ " then 'service' "
            ~ "else 'other' end",
    })) }}
{%- endmacro %}

{#- Goals as a typed list. -#}
{% macro goals(reached_goals) -%}
    {{ array_map(reached_goals, 'reached', struct({
        'goal_event_id': 'avro_name(reached.goal.id)',
        'achieved_ms': 'avro_usable_ms(reached.goal.timestamp)',
        'campaign_goal_id': 'avro_name(reached.goal."campaignGoalId")',
        'kind': 'reached.kind',
        'order_id': 'avro_name(reached.purchase."orderId")',
        'order_total': 'avro_amount(reached.purchase.total)',
    })) }}
{%- endmacro %}

{#- The types of metadata that make a goal of a kind: the vendor's samples and its tables differ in their names. -#}
{% macro goal_metadata_types() -%}
    {{ return({
        'sell': ['PurchaseGoalMetadata', 'PurchaseMetadata'],
        'lead': ['LeadGoalMetadata', 'LeadMetadata'],
        'service': ['ServiceActivityGoalMetadata', 'ServiceActivityMetadata'],
    }) }}
{%- endmacro %}

{#- All types of metadata that a document names, those of kinds that no metric counts included. -#}
{% macro known_goal_metadata_types() -%}
    {%- set names = goal_metadata_types().values() | sum(start=[]) -%}
    {%- for kind in ['Url', 'ReduceAbandonment', 'IncreaseInteraction'] -%}
        {%- do names.extend([kind ~ 'GoalMetadata', kind ~ 'Metadata']) -%}
    {%- endfor -%}
    {{ return(names | map('replace', '', 'com.liveperson.dataaccess.', 1) | list) }}
{%- endmacro %}

{#- Whether a parsed goal is one of a kind: its metadata's name says so, whatever stands below it, null too. -#}
{% macro is_goal_metadata(kind) -%}
    {%- set names = goal_metadata_types()[kind] | map('replace', '', 'com.liveperson.dataaccess.', 1) | list -%}
    (reached.metadata_type in ('{{ names | join("', '") }}') or {{ goal_metadata(kind) }} is not null)
{%- endmacro %}

{#- The metadata that makes a parsed goal one of a kind. -#}
{% macro goal_metadata(kind) -%}
    coalesce(
        {%- for type in goal_metadata_types()[kind] -%}
            reached.metadata."com.liveperson.dataaccess.{{ type }}"{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{#- The JSON structure of the metadata that make a goal of a kind. -#}
{% macro goal_metadata_structure() -%}
    {%- set types = goal_metadata_types().values() | sum(start=[]) -%}
    {{ return('{' ~ json_fields(types | map('replace', '', 'com.liveperson.dataaccess.', 1)) ~ '}') }}
{%- endmacro %}
