{#- Functions that turn text into numbers and times, with null instead of an error. -#}
{% macro duckdb__value_functions() -%}

-- A text, null where it is a word that vendors write for "nothing" in ids, times, names and enums.
create or replace macro null_if_sentinel(text) as
    list_filter([text], lambda word: word not in ('-1', 'null', 'undefined', 'NA', ''))[1];

-- A text or a name, null where the vendor has erased it and says so in its place.
create or replace macro unless_deleted(text) as
    nullif(text, '** LP deleted data **');

-- Text to a double; null when it is no finite number.
create or replace macro number_or_null(text) as
    list_filter([try_cast(text as double)], lambda number: isfinite(number))[1];

-- Text to an exact decimal; null when it is no number or not below 10^18. Sums of it do not depend on row order.
create or replace macro amount_or_null(text) as
    list_filter([try_cast(text as decimal(38, 9))], lambda amount: abs(amount) < 1000000000000000000)[1];

-- The product of two amounts as an amount; null where it is not below 10^18.
create or replace macro amount_product(amount, factor) as
    case
        when abs(cast(amount as double) * cast(factor as double)) < 1000000000000000000
            then cast(amount * factor as decimal(38, 9))
    end;

-- Text to epoch milliseconds, a fraction cut off; null beyond what a calendar holds (8.64e15 on either side of 1970).
create or replace macro epoch_ms_or_null(text) as
    list_transform(
        [try_cast(text as double)],
        lambda instant: case when abs(instant) <= 8.64e15 then cast(trunc(instant) as bigint) end
    )[1];

-- Whether a time lies from 2000 to before 2100.
create or replace macro is_usable_time(instant) as
    instant >= 946684800000 and instant < 4102444800000;

-- Text to epoch milliseconds of a time that can be used; null outside 2000 to 2100: seconds for milliseconds, say.
create or replace macro usable_ms_or_null(text) as
    list_filter([epoch_ms_or_null(text)], lambda instant: is_usable_time(instant))[1];

-- Text to a number that orders a sequence, whole numbers beyond a double's 2^53 exact; null when it is no number. What
-- is too large for that is as large as can be.
create or replace macro sequence_or_null(text) as
    list_transform(
        [number_or_null(text)],
        lambda number: coalesce(
            case when number is not null then try_cast(text as decimal(38, 9)) end,
            sign(number) * cast('10000000000000000000000000000' as decimal(38, 9))
        )
    )[1];

-- The text of a JSON number as an id: a whole number without point and exponent, so 1001.0 is 1001; else as it is. What
-- has an exponent may be no whole number: 1.0014e3 is 1001.4. There is one 0, without a sign.
create or replace macro whole_number(text) as
    case
        when starts_with(text, '-0') and try_cast(text as double) = 0 then '0'
        when regexp_full_match(text, '-?\d+\.0+') then split_part(text, '.', 1)
        when
            regexp_full_match(text, '-?\d+(\.\d+)?[eE][+-]?\d+')
            and cast(try_cast(text as decimal(38, 0)) as double) = try_cast(text as double)
            then cast(try_cast(text as decimal(38, 0)) as varchar)
        else text
    end;

-- A date and time written in full, second and offset included, to epoch milliseconds. The leap second is the second
-- after: 23:59:60 is the midnight that follows.
create or replace macro written_time_to_epoch_ms(text) as
    list_transform(
        [upper(text)],
        lambda written:
            epoch_ms(try_cast(regexp_replace(written, '^(.{17})60', '\159') as timestamptz))
            + case when substring(written, 18, 2) = '60' then 1000 else 0 end
    )[1];

-- RFC 3339 text, offset included, to epoch milliseconds; null when it is no such time.
create or replace macro rfc3339_to_epoch_ms(text) as
    written_time_to_epoch_ms(
        list_filter(
            [text],
            lambda written: regexp_matches(
                written,
                '^\d{4}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?'
                || '([Zz]|[+-]([01]\d|2[0-3]):?[0-5]\d)$'
            )
        )[1]
    );

-- ISO 8601 text, date and time of day, to epoch milliseconds; null when it is no such time. Extended and basic format,
-- seconds and their fraction may be missing; without an offset it is UTC, as all timestamps are. It is written in
-- steps to the extended format with a point, with seconds and with an offset.
create or replace macro iso8601_to_epoch_ms(text) as
    list_transform(
        list_transform(
            list_filter(
                [text],
                lambda written: regexp_matches(
                    written,
                    '^(\d{4}-\d\d-\d\d[tT ]\d\d:\d\d(:\d\d([.,]\d+)?)?|\d{8}[tT]\d{4}(\d\d([.,]\d+)?)?)'
                    || '([zZ]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)?$'
                )
            ),
            lambda written: regexp_replace(
                replace(written, ',', '.'),
                '^(\d{4})(\d\d)(\d\d)[tT](\d\d)(\d\d)(\d\d)?', '\1-\2-\3T\4:\5:\6'
            )
        ),
        lambda spread: written_time_to_epoch_ms(regexp_replace(
            regexp_replace(spread, '^(.{16}):?([zZ+-]|$)', '\1:00\2'), '^(.{19}(\.\d+)?)$', '\1Z'
        ))
    )[1];

{%- endmacro %}
