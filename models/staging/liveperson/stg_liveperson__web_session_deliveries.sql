{#-
    One row per delivered web session line: the record's key and times, what it lists (eligibilities, impressions,
    goals) as typed lists, and the reason code where the line cannot be used. Append only.
-#}
{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        pre_hook="{{ open_feed('liveperson/web_sessions') }}",
        post_hook="{{ check_feed('liveperson/web_sessions') }}",
    )
}}
-- depends_on: {{ source('landing', 'files') }}

with lines as (
    select * from {{ source('landing', 'lines_liveperson_web_sessions') }}
),

parsed as (
    select
        *,
        {{ json_parse_or_null(
            'case when is_utf8 then line end',
            '{"metaData":"JSON","recordCollection":{"array":[' ~ web_session_record_structure() ~ ']}}'
        ) }} as document
    from lines
),

judged_lines as (
    select
        *,
        -- what was parsed is JSON; only the rest has to be asked again
        is_utf8 and (document is not null or json_is_valid(case when document is null then line end)) as is_json
    from parsed
),

wrapped as (
    select
        file_name,
        delivered_ms,
        line_number,
        line,
        {{ line_reason('line') }} as line_reason,
        case when is_json and json_is_object(line) then {{ json_document('line') }} end as document_text,
        document."metaData" as meta_data,
        document."recordCollection"."array" as records
    from judged_lines
),

bare as (
    -- production wraps the list in a union, documentation does not: a line that is not the one is read as the other
    select
        {{ all_columns_but(['records']) }},
        coalesce(
            records,
            {{ json_parse(
                'case when records is null then document_text end',
                '{"recordCollection":[' ~ web_session_record_structure() ~ ']}'
            ) }}."recordCollection"
        ) as records
    from wrapped
),

collected as (
    -- what is in neither form (records wrapped one by one, or no list at all) is taken apart step by step
    select
        *,
        case
            when records is null or {{ array_size(array_keep('records', 'record', 'record.body is null')) }} > 0
                then {{ json_parse('document_text', '{"recordCollection":"JSON"}') }}."recordCollection"
        end as other_collection
    from bare
),

records as (
    select
        {{ all_columns_but(['records', 'other_collection']) }},
        other_collection is null or coalesce(json_is_list(avro(other_collection)), true) as is_shaped,
        case
            when other_collection is null then {{ array_map('records', 'record', 'record.body') }}
            else {{ array_map(
                'avro_records(other_collection)',
                'item',
                json_parse('item', web_session_record_structure()) ~ '.body'
            ) }}
        end as bodies
    from collected
),

parts as (
    select
        {{ all_columns_but(['bodies']) }},
        {{ web_session_parts('bodies', 'header') }} as headers,
        {{ web_session_parts('bodies', 'sessionInfo') }} as infos,
        {{ web_session_parts('bodies', 'eligibilityData') }} as eligibility_parts,
        {{ web_session_parts('bodies', 'impressions') }} as impression_parts,
        {{ web_session_parts('bodies', 'achievedGoals') }} as goal_parts
    from records
),

known as (
    {{ known_impressions('(' ~ known_eligibilities('parts') ~ ')') }}
),

listed as (
    -- what was not read at once is taken apart value by value
    select
        {{ all_columns_but(['eligibility_parts', 'impression_parts', 'goal_parts']) }},
        {{ web_session_items(
            array_keep('eligibility_parts', 'part', 'known_eligibilities is null'), ['timestamp', 'eligibleCampaigns']
        ) }} as eligibility_records,
        {{ web_session_items(array_keep('impression_parts', 'part', 'known_impressions is null'), [
            'engagementInstanceId', 'impressionType', 'state', 'engagement', 'campaign', 'goal', 'timestamp',
        ]) }} as impression_records,
        {{ misshapen_web_session_lists() }} as misshapen,
        {{ web_session_items('goal_parts', ['id', 'timestamp', 'campaignGoalId', 'goalMetaData']) }} as goal_records
    from known
),

named as (
    select
        {{ all_columns_but(['headers']) }},
        avro_first_name(headers, 'visitId') as visit_id,
        avro_first_name(headers, 'visitorId') as visitor_id
    from listed
),

unknown_types as (
    -- a record of a type that nobody lists has the same header, and may be the only one that names the visit
    select
        *,
        case
            when visit_id is null or visitor_id is null
                then {{ array_map(
                    'avro_records(' ~ json_parse('document_text', '{"recordCollection":"JSON"}') ~ '."recordCollection")',
                    'item',
                    "json_first_at(item, '$.body.*.header')"
                ) }}
        end as all_headers
    from named
),

fields as (
    select
        {{ all_columns_but(['document_text', 'meta_data', 'infos', 'all_headers', 'visit_id', 'visitor_id']) }},
        avro_field_name(meta_data, 'accountId') as account_id,
        coalesce(visit_id, avro_first_name(all_headers, 'visitId')) as visit_id,
        coalesce(visitor_id, avro_first_name(all_headers, 'visitorId')) as visitor_id,
        epoch_ms_or_null(
            coalesce(avro_first_name(infos, 'sessionStartTime'), avro_field_name(meta_data, 'startTime'))
        ) as started_ms,
        avro_first_name(infos, 'deviceFamily') as device_family,
        avro_first_name(infos, 'siteControlGroup') as site_control_group,
        {{ misshapen_session_info('infos') }} as misshapen_info
    from unknown_types
),

typed as (
    select
        {{ all_columns_but(['goal_records', 'known_eligibilities', 'known_impressions']) }},
        coalesce(known_eligibilities, {{ eligibilities('eligibility_records', 'started_ms') }}) as eligibilities,
        coalesce(known_impressions, {{ impressions('impression_records', 'started_ms') }}) as impressions,
        {{ reached_goals('goal_records') }} as reached_goals
    from fields
),

stg_liveperson__web_session_deliveries as (
    select
        file_name,
        line_number,
        1 as record_place,
        delivered_ms,
        true as is_record,
        coalesce(
            line_reason,
            case
                when not is_shaped then 'wrong_shape'
                when account_id is null or visit_id is null then 'missing_key'
                when not coalesce(is_usable_time(started_ms), false) then 'bad_event_time'
            end
        ) as reason,
        case when reason is not null then line end as raw_line,
        account_id,
        visit_id,
        visitor_id,
        started_ms,
        device_family,
        site_control_group,
        eligibilities,
        impressions,
        {{ goals('reached_goals') }} as goals,
        {{ web_session_unusable_values() }} as unusable_values,
        {{ this_build() }} as delivered_in_build
    from typed
)

select * from stg_liveperson__web_session_deliveries
