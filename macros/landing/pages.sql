{#-
    The records of a line that is either one record or a response page. A page's records are the items of its
    container; an empty or null container, and a container of a wrong shape, give one null item, so that the
    line keeps a row. Expects the columns `line`, `line_reason`, `is_page` and `container`.
-#}
{% macro page_items() -%}
    case
        when line_reason is not null then [null]
        when not is_page then [cast(line as json)]
        else {{ let(
            json_items('container'),
            'items',
            '(case when ' ~ array_size('items') ~ ' = 0 then [null] else items end)'
        ) }}
    end
{%- endmacro %}

{#- Whether a line is a page without records: its container is null or an empty list. -#}
{% macro is_empty_page() -%}
    coalesce(
        is_page
        and {{ page_reason() }} is null
        and {{ array_size(json_items('container')) }} = 0,
        false
    )
{%- endmacro %}

{#- Why a page as a whole cannot be used, or null. -#}
{% macro page_reason() -%}
    case
        when is_page and container is not null and not {{ json_is_list('container') }} then 'wrong_shape'
    end
{%- endmacro %}

{#- Fields of a JSON structure that are all taken as JSON values: '"a":"JSON","b":"JSON"'. -#}
{% macro json_fields(names) -%}
    {%- for name in names -%}
        "{{ name }}":"JSON"{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A record of a page with the reason it cannot be used, or null, beside it. -#}
{% macro with_reason(item, reason) -%}
    {{ return(adapter.dispatch('with_reason', 'parley')(item, reason)) }}
{%- endmacro %}

{% macro duckdb__with_reason(item, reason) -%}
    {'item': {{ item }}, 'reason': {{ reason }}}
{%- endmacro %}

{#- The place, from 1, of the record whose reason comes first in the order of reasons; null when all can be used. -#}
{% macro place_of_first_reason(judged_items) -%}
    {%- set ranks = array_map(judged_items, 'judged', 'coalesce(' ~ reason_rank('judged.reason') ~ ', 99)') -%}
    {{ return(let(ranks, 'ranks', place_of_least('ranks', 99))) }}
{%- endmacro %}

{#- Why a conversation record cannot be used, or null. -#}
{% macro conversation_record_reason(item) -%}
    {%- set keys = json_parse(item, '{"info":{' ~ json_fields(['brandId', 'conversationId', 'startTimeL']) ~ '}}') -%}
    {%- set reason -%}
        (case
            when not coalesce({{ json_is_object(item) }}, false) then 'wrong_shape'
            when
                {{ json_name('info_keys."brandId"') }} is null
                or {{ json_name('info_keys."conversationId"') }} is null
                then 'missing_key'
            when not coalesce({{ is_usable_event_time(json_epoch_ms('info_keys."startTimeL"')) }}, false)
                then 'bad_event_time'
        end)
    {%- endset -%}
    {{ return(let(keys ~ '.info', 'info_keys', reason)) }}
{%- endmacro %}

{#- Why an agent status change cannot be used, or null; the account is told by the file's folder. -#}
{% macro status_record_reason(item, account_id) -%}
    {%- set keys = json_parse(item, '{' ~ json_fields(['sessionId', 'sequenceNumber', 'time']) ~ '}') -%}
    {%- set reason -%}
        (case
            when not coalesce({{ json_is_object(item) }}, false) then 'wrong_shape'
            when
                {{ account_id }} is null
                or {{ json_name('status_keys."sessionId"') }} is null
                -- the sequence is numeric: what is no number has no place in it
                or {{ number_or_null(json_name('status_keys."sequenceNumber"')) }} is null
                then 'missing_key'
            when not coalesce(
                {{ is_usable_event_time(rfc3339_to_epoch_ms(json_name('status_keys."time"'))) }}, false
            )
                then 'bad_event_time'
        end)
    {%- endset -%}
    {{ return(let(keys, 'status_keys', reason)) }}
{%- endmacro %}
