{#-
    The records of a line that is either one record or a response page. A page's records are the items of its
    container; an empty or null container, and a container of a wrong shape, give one null item, so that the
    line keeps a row. Expects the columns `line`, `line_reason`, `is_page` and `container`.
-#}
{% macro page_items() -%}
    case
        when line_reason is not null then [null]
        when not is_page then [{{ json_value('line') }}]
        when {{ array_size('json_items(container)') }} = 0 then [null]
        else json_items(container)
    end
{%- endmacro %}

{#- Whether a line is a page without records: its container is null or an empty list. -#}
{% macro is_empty_page() -%}
    coalesce(
        is_page
        and {{ page_reason() }} is null
        and {{ array_size('json_items(container)') }} = 0,
        false
    )
{%- endmacro %}

{#- Why a page as a whole cannot be used, or null. -#}
{% macro page_reason() -%}
    case
        when is_page and container is not null and not json_is_list(container) then 'wrong_shape'
    end
{%- endmacro %}

{#- Records of a page parsed, null for what is no object, and beside each the checks of its text, if any are given. -#}
{% macro parsed_records(items, structure, checks=none) -%}
    {%- set parsed = {'record': json_parse('case when json_is_object(item) then item end', structure)} -%}
    {{ array_map(items, 'item', struct(dict(parsed, checks=checks) if checks else parsed)) }}
{%- endmacro %}

{#- Parsed records of a page, each with the reason it cannot be used, or null, beside it. -#}
{% macro judged_records(records, reason) -%}
    {{ array_map(records, 'parsed', struct({
        'parsed': 'parsed',
        'reason': 'case when whole_reason is not null then whole_reason when not is_empty_page then ' ~ reason ~ ' end',
    })) }}
{%- endmacro %}

{#- The rank of each judged record's reason, for the first of them. -#}
{% macro reason_ranks(judged_records) -%}
    {{ array_map(judged_records, 'judged', 'coalesce(' ~ reason_rank('judged.reason') ~ ', 99)') }}
{%- endmacro %}

{#- Why a parsed conversation record cannot be used, or null. -#}
{% macro conversation_record_reason() -%}
    (case
        when parsed.record is null then 'wrong_shape'
        when json_name(parsed.record.info."brandId") is null or json_name(parsed.record.info."conversationId") is null
            then 'missing_key'
        when not coalesce(is_usable_time(json_epoch_ms(parsed.record.info."startTimeL")), false) then 'bad_event_time'
    end)
{%- endmacro %}

{#- Why a parsed agent status change cannot be used, or null; the account is told by the file's folder. -#}
{% macro status_record_reason() -%}
    (case
        when parsed.record is null then 'wrong_shape'
        when
            account_id is null
            or json_name(parsed.record."sessionId") is null
            -- the sequence is numeric: what is no number has no place in it
            or number_or_null(json_name(parsed.record."sequenceNumber")) is null
            then 'missing_key'
        when not coalesce(is_usable_time(rfc3339_to_epoch_ms(json_name(parsed.record."time"))), false)
            then 'bad_event_time'
    end)
{%- endmacro %}
