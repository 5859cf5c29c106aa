{#-
    Functions that read Avro-JSON: a value may be bare, or wrapped in an object whose only key is the name of its type.
    Production and documentation differ in what they wrap, so every field of such a feed is read through these.
-#}
{% macro duckdb__avro_functions() -%}

-- The pattern of a type's name as the key of an object.
create or replace macro avro_type() as
    '"(null|boolean|int|long|float|double|bytes|string|array|map|com\.liveperson\.dataaccess\.\w+)"\s*:';

-- Whether a JSON value is wrapped: an object with one key, the name of a type.
create or replace macro avro_is_wrapped(json) as
    case when regexp_matches(json, '^\{\s*' || avro_type()) then len(json_keys(json)) = 1 else false end;

-- A JSON value without its wrapping, one level of it; everything else is itself, a wrapped null is null.
create or replace macro avro(json) as
    case
        when avro_is_wrapped(json)
            then list_filter(json_extract(json, '$.*'), lambda inner_json: cast(inner_json as varchar) <> 'null')[1]
        else json
    end;

-- The scalar of a value that may be wrapped, as JSON; null for lists and objects.
create or replace macro avro_scalar(json) as
    case left(json, 1)
        when '{' then
            case
                when regexp_full_match(json, '\{\s*' || avro_type() || '\s*("([^"\\]|\\.)*"|[^"\[\]{},:]*)\s*\}')
                    then json_extract(json, '$.*')[1]
            end
        when '[' then null
        else json
    end;

-- A scalar that may be wrapped as an id, name or enum: its characters, with sentinels as null.
create or replace macro avro_name(json) as
    list_transform([avro_scalar(json)], lambda scalar_json: json_name(scalar_json))[1];

-- A scalar that may be wrapped as epoch milliseconds of a time that can be used.
create or replace macro avro_usable_ms(json) as
    usable_ms_or_null(avro_name(json));

-- A scalar that may be wrapped as an exact decimal; null where it is none or too large to sum.
create or replace macro avro_amount(json) as
    amount_or_null(json_extract_string(avro_scalar(json), '$'));

-- The records of a list, list and records wrapped or not; what is no record is left out.
create or replace macro avro_records(json) as
    list_filter(
        list_transform(
            coalesce(
                case
                    when json_is_list(json) then json_extract(json, '$[*]')
                    when avro_is_wrapped(json) then json_extract(json, '$.*[*]')
                end,
                []
            ),
            lambda item: avro(item)
        ),
        lambda item: json_is_object(item)
    );

-- A field of a record that may be wrapped, as JSON.
create or replace macro avro_field(json, field) as
    case
        when avro_is_wrapped(json) then json_extract(json, '$.*."' || field || '"')[1]
        else json_extract(json, '$."' || field || '"')
    end;

-- A field of a record that may be wrapped, as an id, name or enum.
create or replace macro avro_field_name(json, field) as
    list_transform([avro_field(json, field)], lambda field_json: avro_name(field_json))[1];

-- What a field is over an array of records where it is no scalar in one of them: '(object)' or '(list)'.
create or replace macro avro_first_kind(records, field) as
    list_filter(
        list_transform(records, lambda record: json_shape(avro(avro_field(record, field)))),
        lambda shape: shape <> '(scalar)'
    )[1];

-- The first value of a field over an array of records that is no sentinel. The first record nearly always has it;
-- the others are read only where it has not.
create or replace macro avro_first_name(records, field) as
    coalesce(
        avro_field_name(records[1], field),
        list_filter(
            list_transform(records[2:], lambda record: avro_field_name(record, field)), lambda name: name is not null
        )[1]
    );

{%- endmacro %}
