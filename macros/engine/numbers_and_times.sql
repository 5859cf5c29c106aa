{#- Casts that give null instead of an error, and clocks, by engine. -#}

{#- Text to a double; null when it is no finite number. -#}
{% macro number_or_null(text) -%}
    {{ return(adapter.dispatch('number_or_null', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__number_or_null(text) -%}
    {{ let('try_cast(' ~ text ~ ' as double)', 'number_value', '(case when isfinite(number_value) then number_value end)') }}
{%- endmacro %}

{#- Text to an exact decimal; null when it is no number or not below 10^18. Sums of it do not depend on row order. -#}
{% macro amount_or_null(text) -%}
    {{ return(adapter.dispatch('amount_or_null', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__amount_or_null(text) -%}
    {{ let(
        'try_cast(' ~ text ~ ' as decimal(38, 9))',
        'amount_value',
        '(case when abs(amount_value) < 1000000000000000000 then amount_value end)'
    ) }}
{%- endmacro %}

{% macro integer_or_null(text) -%}
    {{ return(adapter.dispatch('integer_or_null', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__integer_or_null(text) -%}
    try_cast({{ text }} as bigint)
{%- endmacro %}

{#-
    Text to epoch milliseconds, a fraction cut off. Beyond what a calendar can hold (8.64e15 on either
    side of 1970) it is no time.
-#}
{% macro epoch_ms_or_null(text) -%}
    {{ return(adapter.dispatch('epoch_ms_or_null', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__epoch_ms_or_null(text) -%}
    {{ let(
        'try_cast(' ~ text ~ ' as double)',
        'time_value',
        '(case when abs(time_value) <= 8.64e15 then cast(trunc(time_value) as bigint) end)'
    ) }}
{%- endmacro %}

{#- RFC 3339 text, offset included, to epoch milliseconds; null when it is no such time. -#}
{% macro rfc3339_to_epoch_ms(text) -%}
    {{ return(adapter.dispatch('rfc3339_to_epoch_ms', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__rfc3339_to_epoch_ms(text) -%}
    (case
        when regexp_matches({{ text }}, '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$')
            then epoch_ms(try_cast(upper({{ text }}) as timestamptz))
    end)
{%- endmacro %}

{#-
    ISO 8601 text, date and time of day, to epoch milliseconds; null when it is no such time. Extended and basic format,
    seconds and their fraction may be missing; without an offset it is UTC, as all timestamps are.
-#}
{% macro iso8601_to_epoch_ms(text) -%}
    {{ return(adapter.dispatch('iso8601_to_epoch_ms', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__iso8601_to_epoch_ms(text) -%}
    {%- set offset = '([zZ]|[+-]([01]\\d|2[0-3])(:?[0-5]\\d)?)' -%}
    {%- set extended = '\\d{4}-\\d\\d-\\d\\d[tT ]\\d\\d:\\d\\d(:\\d\\d([.,]\\d+)?)?' -%}
    {%- set basic = '\\d{8}[tT]\\d{4}(\\d\\d([.,]\\d+)?)?' -%}
    {#- to the extended format, with a point, with seconds, with an offset -#}
    {%- set spread -%}
        regexp_replace(
            replace({{ text }}, ',', '.'),
            '^(\d{4})(\d\d)(\d\d)[tT](\d\d)(\d\d)(\d\d)?', '\1-\2-\3T\4:\5:\6'
        )
    {%- endset -%}
    {%- set to_the_second = "regexp_replace(" ~ spread ~ ", '^(.{16}):?([zZ+-]|$)', '\\1:00\\2')" -%}
    (case
        when regexp_matches({{ text }}, '^({{ extended }}|{{ basic }}){{ offset }}?$')
            then epoch_ms(try_cast(upper(
                regexp_replace({{ to_the_second }}, '^(.{19}(\.\d+)?)$', '\1Z')
            ) as timestamptz))
    end)
{%- endmacro %}

{#- Epoch milliseconds to a UTC timestamp without zone; null beyond what a calendar can hold. -#}
{% macro utc_timestamp(epoch_ms) -%}
    {{ return(adapter.dispatch('utc_timestamp', 'parley')(epoch_ms)) }}
{%- endmacro %}

{% macro duckdb__utc_timestamp(epoch_ms) -%}
    make_timestamp_ms(case when abs({{ epoch_ms }}) <= 8640000000000000 then {{ epoch_ms }} end)
{%- endmacro %}

{#- The wall clock of a time zone (IANA name) at an instant given in epoch milliseconds. -#}
{% macro local_timestamp_at(epoch_ms, time_zone) -%}
    {{ return(adapter.dispatch('local_timestamp_at', 'parley')(epoch_ms, time_zone)) }}
{%- endmacro %}

{% macro duckdb__local_timestamp_at(epoch_ms, time_zone) -%}
    timezone({{ time_zone }}, timezone('UTC', make_timestamp_ms({{ epoch_ms }})))
{%- endmacro %}

{#- The calendar date of a time zone at an instant given in epoch milliseconds. -#}
{% macro local_date(epoch_ms, time_zone) -%}
    cast({{ local_timestamp_at(epoch_ms, time_zone) }} as date)
{%- endmacro %}

{#- One row a whole number from `first` to `last`, as a table expression with a column named `n`. -#}
{% macro series(first, last) -%}
    {{ return(adapter.dispatch('series', 'parley')(first, last)) }}
{%- endmacro %}

{% macro duckdb__series(first, last) -%}
    unnest(generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint)))
{%- endmacro %}

{#- Text's digest, for keys of records that carry none and for comparing contents. -#}
{% macro digest(text) -%}
    {{ return(adapter.dispatch('digest', 'parley')(text)) }}
{%- endmacro %}

{% macro duckdb__digest(text) -%}
    md5({{ text }})
{%- endmacro %}

{#- The value of `value` on the row where `order_by` is greatest. -#}
{% macro value_at_greatest(value, order_by) -%}
    {{ return(adapter.dispatch('value_at_greatest', 'parley')(value, order_by)) }}
{%- endmacro %}

{% macro duckdb__value_at_greatest(value, order_by) -%}
    arg_max({{ value }}, {{ order_by }})
{%- endmacro %}

{% macro regular_expression_matches(text, pattern) -%}
    {{ return(adapter.dispatch('regular_expression_matches', 'parley')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__regular_expression_matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{#- The value of a `key=value` folder in a path, or null. -#}
{% macro path_value(path, key) -%}
    {{ return(adapter.dispatch('path_value', 'parley')(path, key)) }}
{%- endmacro %}

{% macro duckdb__path_value(path, key) -%}
    nullif(regexp_extract({{ path }}, '(?:^|/){{ key }}=([^/]+)/', 1), '')
{%- endmacro %}
