{#- Clocks, digests and the like on Spark, whose session keeps UTC. -#}

{% macro spark__utc_timestamp(epoch_ms) -%}
    cast(timestamp_millis(case when abs({{ epoch_ms }}) <= 8640000000000000 then {{ epoch_ms }} end) as timestamp_ntz)
{%- endmacro %}

{% macro spark__local_timestamp_at(epoch_ms, time_zone) -%}
    convert_timezone('UTC', {{ time_zone }}, cast(timestamp_millis({{ epoch_ms }}) as timestamp_ntz))
{%- endmacro %}

{#- Spark counts down where the first number is the greater one. -#}
{% macro spark__series(first, last, step) -%}
    {%- set from_number, to_number = 'cast(' ~ first ~ ' as bigint)', 'cast(' ~ last ~ ' as bigint)' -%}
    explode(case when {{ from_number }} <= {{ to_number }}
            then sequence({{ from_number }}, {{ to_number }}, cast({{ step }} as bigint))
        end)
{%- endmacro %}

{% macro spark__digest(text) -%}
    md5({{ text }})
{%- endmacro %}

{#- Rows without a value are passed over, as DuckDB does. -#}
{% macro spark__value_at_greatest(value, order_by) -%}
    max_by({{ value }}, {{ order_by }}) filter (where {{ value }} is not null)
{%- endmacro %}

{% macro spark__path_value(path, key) -%}
    nullif(regexp_extract({{ path }}, '(?:^|/){{ key }}=([^/]+)/', 1), '')
{%- endmacro %}
