{#- Clocks, digests and the like, by engine. -#}

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

{#- One row per whole number from `first` to `last` in steps, as a column of a select list; none where `last` is less. -#}
{% macro series(first, last, step=1) -%}
    {{ return(adapter.dispatch('series', 'parley')(first, last, step)) }}
{%- endmacro %}

{% macro duckdb__series(first, last, step) -%}
    unnest(generate_series(cast({{ first }} as bigint), cast({{ last }} as bigint), cast({{ step }} as bigint)))
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

{#- The value of a `key=value` folder in a path, or null. -#}
{% macro path_value(path, key) -%}
    {{ return(adapter.dispatch('path_value', 'parley')(path, key)) }}
{%- endmacro %}

{% macro duckdb__path_value(path, key) -%}
    nullif(regexp_extract({{ path }}, '(?:^|/){{ key }}=([^/]+)/', 1), '')
{%- endmacro %}
