{#- Functions whose text is the same on every engine, each set created with the engine's own of its kind. -#}
{% macro json_scalar_functions() -%}

-- A JSON value as one of a list of known words: its name; an object or a list is a word that no such list has.
create or replace macro json_enum(json) as
    case left(json, 1) when '{' then '(object)' when '[' then '(list)' else json_name(json) end;

-- A JSON scalar as a boolean; null where it is neither true nor false.
create or replace macro json_boolean(json) as
    case lower(json_scalar(json)) when 'true' then true when 'false' then false end;

-- A JSON scalar as a double; null where it is no finite number. Measures have no sentinels.
create or replace macro json_number(json) as
    number_or_null(json_scalar(json));

-- A JSON scalar as an exact decimal; null where it is none or too large to sum.
create or replace macro json_amount(json) as
    amount_or_null(json_scalar(json));

-- A JSON scalar as epoch milliseconds, with sentinels and non-numbers as null.
create or replace macro json_epoch_ms(json) as
    epoch_ms_or_null(json_name(json));

-- A JSON scalar as epoch milliseconds of a time that can be used.
create or replace macro json_usable_ms(json) as
    usable_ms_or_null(json_name(json));

{%- endmacro %}

{% macro scalar_checks() -%}

-- A text that the vendor has deleted itself: null in the warehouse, and counted.
create or replace macro deleted_value(field, text) as
    unusable_value(
        field, 'deleted_by_vendor', case when text is not null and unless_deleted(text) is null then '(deleted)' end
    );

-- What is said of a value that should be a scalar: its characters; an object or a list may hold what persons wrote.
create or replace macro json_scalar_or_shape(json) as
    coalesce(nullif(json_shape(json), '(scalar)'), json_scalar(json));

-- The same of a value that may be wrapped.
create or replace macro avro_scalar_or_shape(json) as
    coalesce(nullif(json_shape(avro(json)), '(scalar)'), json_scalar(avro_scalar(json)));

-- A measure that is no number.
create or replace macro json_unusable_number(field, json) as
    unusable_value(field, 'unusable_number', case when json_number(json) is null then json_scalar_or_shape(json) end);

-- A score that is no number, or outside its scale.
create or replace macro json_unusable_score(field, json, least_score, greatest_score) as
    unusable_value(
        field,
        'unusable_number',
        case
            when json_number(json) between least_score and greatest_score then null
            else json_scalar_or_shape(json)
        end
    );

-- The same of a score that a person gave: what is longer than one may be anything, and is masked.
create or replace macro json_unusable_rating(field, json, least_score, greatest_score) as
    unusable_value(
        field,
        'unusable_number',
        case
            when json_number(json) between least_score and greatest_score then null
            when null_if_sentinel(json_scalar(json)) is null or length(json_scalar(json)) <= 3
                then json_scalar_or_shape(json)
            else '(masked)'
        end
    );

-- An amount that is none, or too large to sum.
create or replace macro json_unusable_amount(field, json) as
    unusable_value(field, 'unusable_number', case when json_amount(json) is null then json_scalar_or_shape(json) end);

-- The same of an amount that may be wrapped.
create or replace macro avro_unusable_amount(field, json) as
    unusable_value(field, 'unusable_number', case when avro_amount(json) is null then avro_scalar_or_shape(json) end);

-- A time that is none, or outside 2000 to 2100.
create or replace macro json_unusable_time(field, json) as
    unusable_value(
        field,
        'unusable_time',
        case when json_usable_ms(json) is null then null_if_sentinel(json_scalar_or_shape(json)) end
    );

-- The same of a time that may be wrapped.
create or replace macro avro_unusable_time(field, json) as
    unusable_value(
        field,
        'unusable_time',
        case when avro_usable_ms(json) is null then null_if_sentinel(avro_scalar_or_shape(json)) end
    );

{%- endmacro %}
