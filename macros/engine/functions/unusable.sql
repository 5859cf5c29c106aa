{#-
    Functions that say which value of a field is there and cannot be used, for marts.value_audit. Each gives a struct of
    field, problem and value; the value is null where there is nothing to say.
-#}
{% macro duckdb__unusable_functions() -%}

-- A value of a field with its problem, 100 characters of it at most.
create or replace macro unusable_value(field, problem, value) as
    {'field': field, 'problem': problem, 'value': left(value, 100)};

-- A name that is none of the known ones.
create or replace macro unknown_value(field, name, known) as
    unusable_value(field, 'unknown_value', case when not list_contains(known, name) then name end);

-- What is said of a value that should be a scalar: its characters; an object or a list may hold what persons wrote.
create or replace macro scalar_or_kind(json, scalar_json) as
    case
        when json_is_object(json) and scalar_json is null then '(object)'
        when json_is_list(json) then '(list)'
        else json_scalar(scalar_json)
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
        list_transform(
            [json],
            lambda amount_json: case
                when json_amount(amount_json) is null
                    then scalar_or_kind(amount_json, case when not json_is_object(amount_json) then amount_json end)
            end
        )[1]
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
        field, 'unusable_number', case when avro_amount(json) is null then scalar_or_kind(json, avro_scalar(json)) end
    );

-- A time that may be wrapped and is none, or outside 2000 to 2100.
create or replace macro avro_unusable_time(field, json) as
    unusable_value(
        field,
        'unusable_time',
        case when avro_usable_ms(json) is null then null_if_sentinel(scalar_or_kind(json, avro_scalar(json))) end
    );

-- Those of an array of lists of such structs that say something, as one array.
create or replace macro values_found(values_listed) as
    list_filter(flatten(values_listed), lambda found: found.value is not null);

{%- endmacro %}
