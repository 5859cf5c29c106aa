{#- Functions that say which value of a field cannot be used, on Spark (see macros/engine/functions/unusable.sql). -#}
{% macro spark__unusable_functions() -%}

-- A value of a field with its problem, 100 characters of it at most.
create or replace macro unusable_value(field, problem, value) as
    named_struct('field', field, 'problem', problem, 'value', left(cast(value as string), 100));

-- A name that is none of the known ones.
create or replace macro unknown_value(field, name, known) as
    unusable_value(field, 'unknown_value', case when not array_contains(known, name) then name end);

-- What is said of a value that should be a scalar: its characters; an object or a list may hold what persons wrote.
create or replace macro scalar_or_kind(json, scalar_json) as
    case
        when json_is_object(json) and scalar_json is null then '(object)'
        when json_is_list(json) then '(list)'
        else json_scalar(scalar_json)
    end;

-- The same of a value that may be wrapped; a wrapped null is nothing.
create or replace macro avro_scalar_or_kind(json) as
    case
        when not avro_is_wrapped(json) or get(map_values(json_map(json)), 0) is not null
            then scalar_or_kind(json, avro_scalar(json))
    end;

-- A text that the vendor has deleted itself: null in the warehouse, and counted.
create or replace macro deleted_value(field, text) as
    unusable_value(
        field, 'deleted_by_vendor', case when text is not null and unless_deleted(text) is null then '(deleted)' end
    );

-- A measure that is no number.
create or replace macro json_unusable_number(field, json) as
    unusable_value(
        field,
        'unusable_number',
        case when json_number(json) is null then scalar_or_kind(json, case when not json_is_object(json) then json end) end
    );

-- A score that is no number, or outside its scale.
create or replace macro json_unusable_score(field, json, least_score, greatest_score) as
    unusable_value(
        field,
        'unusable_number',
        case
            when json_number(json) between least_score and greatest_score then null
            else scalar_or_kind(json, case when not json_is_object(json) then json end)
        end
    );

-- An amount that is none, or too large to sum.
create or replace macro json_unusable_amount(field, json) as
    unusable_value(
        field,
        'unusable_number',
        case when json_amount(json) is null then scalar_or_kind(json, case when not json_is_object(json) then json end) end
    );

-- A time that is none, or outside 2000 to 2100.
create or replace macro json_unusable_time(field, json) as
    unusable_value(
        field,
        'unusable_time',
        case
            when json_usable_ms(json) is null
                then null_if_sentinel(scalar_or_kind(json, case when not json_is_object(json) then json end))
        end
    );

-- An amount that may be wrapped and is none, or too large to sum.
create or replace macro avro_unusable_amount(field, json) as
    unusable_value(
        field, 'unusable_number', case when avro_amount(json) is null then avro_scalar_or_kind(json) end
    );

-- A time that may be wrapped and is none, or outside 2000 to 2100.
create or replace macro avro_unusable_time(field, json) as
    unusable_value(
        field,
        'unusable_time',
        case when avro_usable_ms(json) is null then null_if_sentinel(avro_scalar_or_kind(json)) end
    );

-- Those of an array of lists of such structs that say something, as one array.
create or replace macro values_found(values_listed) as
    filter(flatten(filter(values_listed, listed -> listed is not null)), found -> found.value is not null);

{%- endmacro %}
