{#- Functions that turn text into numbers and times, on Spark (see macros/engine/functions/values.sql). -#}
{% macro spark__value_functions() -%}

-- A text, null where it is a word that vendors write for "nothing" in ids, times, names and enums.
create or replace macro null_if_sentinel(text) as
    get(filter(array(text), word -> word not in ('-1', 'null', 'undefined', 'NA', '')), 0);

-- A text or a name, null where the vendor has erased it and says so in its place.
create or replace macro unless_deleted(text) as
    nullif(text, '** LP deleted data **');

-- A text where it is a number as DuckDB reads one, digits grouped by underscores included; Java would take more.
create or replace macro number_text(text) as
    case
        when text rlike '^\s*[+-]?([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][+-]?[0-9]+)?\s*\z'
            then trim(replace(text, '_', ''))
    end;

-- Text to a double; null when it is no finite number.
create or replace macro number_or_null(text) as
    get(
        filter(
            array(try_cast(number_text(text) as double)),
            parsed -> parsed < double('Infinity') and parsed > double('-Infinity')
        ),
        0
    );

-- Text to an exact decimal, rounded to nine digits after the point; null when it is no number or too large.
create or replace macro decimal_or_null(text) as
    try_cast(number_text(text) as decimal(38, 9));

-- Text to an exact decimal; null when it is no number or not below 10^18. Sums of it do not depend on row order.
create or replace macro amount_or_null(text) as
    get(filter(array(decimal_or_null(text)), parsed -> abs(parsed) < 1000000000000000000), 0);

-- The product of two amounts as an amount; null where it is not below 10^18.
create or replace macro amount_product(amount, factor) as
    case
        when abs(cast(amount as double) * cast(factor as double)) < 1000000000000000000
            then cast(cast(amount as decimal(38, 9)) * cast(factor as decimal(38, 9)) as decimal(38, 9))
    end;

-- Text to epoch milliseconds, a fraction cut off; null beyond what a calendar holds (8.64e15 on either side of 1970).
create or replace macro epoch_ms_or_null(text) as
    get(
        transform(
            array(try_cast(number_text(text) as double)),
            parsed -> case when abs(parsed) <= 8.64e15 then cast(parsed as bigint) end
        ),
        0
    );

-- Whether a time lies from 2000 to before 2100.
create or replace macro is_usable_time(instant) as
    (instant >= 946684800000 and instant < 4102444800000);

-- Text to epoch milliseconds of a time that can be used; null outside 2000 to 2100: seconds for milliseconds, say.
create or replace macro usable_ms_or_null(text) as
    get(filter(array(epoch_ms_or_null(text)), parsed_ms -> is_usable_time(parsed_ms)), 0);

-- Text to a number that orders a sequence, whole numbers beyond a double's 2^53 exact; null when it is no number. What
-- is too large for that is as large as can be.
create or replace macro sequence_or_null(text) as
    case
        when number_or_null(text) is not null
            then coalesce(
                decimal_or_null(text),
                cast(
                    case when number_or_null(text) < 0 then '-10000000000000000000000000000'
                        else '10000000000000000000000000000' end as decimal(38, 9)
                )
            )
    end;

-- The text of a JSON number as an id: a whole number without point and exponent, so 1001.0 is 1001; else as it is.
create or replace macro whole_number(text) as
    case
        when startswith(text, '-0') and try_cast(number_text(text) as double) = 0 then '0'
        when text rlike '^-?[0-9]+\.0+\z' then substring_index(text, '.', 1)
        when
            text rlike '^-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+\z'
            and cast(try_cast(text as decimal(38, 0)) as double) = try_cast(text as double)
            then cast(try_cast(text as decimal(38, 0)) as string)
        else text
    end;

-- The seconds since 1970 of the date and time of day that a text begins with; null where there is no such day or time.
create or replace macro written_seconds(text) as
    unix_seconds(cast(try_cast(
        substring(text, 1, 10) || ' ' || substring(text, 12, 6) || replace(substring(text, 18, 2), '60', '59')
        as timestamp_ntz
    ) as timestamp_ltz));

-- The milliseconds that a time's offset takes, 0 for Z.
create or replace macro offset_ms(text) as
    coalesce(
        try_cast(nullif(regexp_extract(text, '([+-][0-9]{2}):?[0-9]{0,2}\z', 1), '') as bigint) * 3600000
        + case when text rlike '-[0-9]{2}:?[0-9]{0,2}\z' then -60000 else 60000 end
        * coalesce(try_cast(nullif(regexp_extract(text, '[+-][0-9]{2}:?([0-9]{2})\z', 1), '') as bigint), 0),
        0
    );

-- A date and time written in full, second and offset included, to epoch milliseconds. The leap second is the second
-- after: 23:59:60 is the midnight that follows.
create or replace macro written_time_to_epoch_ms(text) as
    (
        written_seconds(text) * 1000
        + cast(rpad(substring(regexp_extract(text, '^.{19}\.([0-9]+)', 1), 1, 3), 3, '0') as bigint)
        + case when substring(text, 18, 2) = '60' then 1000 else 0 end
        - offset_ms(substring(text, 20))
    );

-- RFC 3339 text, offset included, to epoch milliseconds; null when it is no such time.
create or replace macro rfc3339_to_epoch_ms(text) as
    get(
        transform(
            filter(
                array(text),
                written -> written rlike (
                    '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]+)?'
                    || '([Zz]|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])\z'
                )
            ),
            written -> written_time_to_epoch_ms(written)
        ),
        0
    );

-- ISO 8601 text, date and time of day, to epoch milliseconds; null when it is no such time. Extended and basic format,
-- seconds and their fraction may be missing; without an offset it is UTC, as all timestamps are. It is written in
-- steps to the extended format with a point and with seconds.
create or replace macro iso8601_to_epoch_ms(text) as
    get(
        transform(
            transform(
                filter(
                    array(text),
                    written -> written rlike (
                        '^([0-9]{4}-[0-9]{2}-[0-9]{2}[tT ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?'
                        || '|[0-9]{8}[tT][0-9]{4}([0-9]{2}([.,][0-9]+)?)?)([zZ]|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?\z'
                    )
                ),
                written -> regexp_replace(
                    regexp_replace(
                        replace(written, ',', '.'),
                        '^([0-9]{4})([0-9]{2})([0-9]{2})[tT]([0-9]{2})([0-9]{2})([0-9]{2})?', '$1-$2-$3T$4:$5:$6'
                    ),
                    '^(.{16}):?([zZ+-]|\z)', '$1:00$2'
                )
            ),
            spread -> written_time_to_epoch_ms(spread)
        ),
        0
    );

{%- endmacro %}
