{#- Functions that read Avro-JSON, on Spark (see macros/engine/functions/avro.sql), over marked JSON. -#}
{% macro spark__avro_functions() -%}

-- Whether a JSON value is wrapped: an object with one key, the name of a type.
create or replace macro avro_is_wrapped(json) as
    coalesce(
        json rlike '^\{\s*"(null|boolean|int|long|float|double|bytes|string|array|map|com\.liveperson\.dataaccess\.\w+)"\s*:'
        and cardinality(json_map(json)) = 1,
        false
    );

-- A JSON value without its wrapping, one level of it; everything else is itself, a wrapped null is null.
create or replace macro avro(json) as
    case when avro_is_wrapped(json) then get(map_values(json_map(json)), 0) else json end;

-- The scalar of a value that may be wrapped, as JSON; null for lists and objects.
create or replace macro avro_scalar(json) as
    case left(json, 1)
        when '{' then
            case
                when avro_is_wrapped(json)
                    then get(
                        filter(
                            array(get(map_values(json_map(json)), 0)),
                            inside -> not startswith(inside, '{') and not startswith(inside, '[')
                        ),
                        0
                    )
            end
        when '[' then null
        else json
    end;

-- A scalar that may be wrapped as an id, name or enum: its characters, with sentinels as null.
create or replace macro avro_name(json) as
    json_name(avro_scalar(json));

-- A scalar that may be wrapped as epoch milliseconds of a time that can be used.
create or replace macro avro_usable_ms(json) as
    usable_ms_or_null(avro_name(json));

-- A scalar that may be wrapped as an exact decimal; null where it is none or too large to sum.
create or replace macro avro_amount(json) as
    amount_or_null(json_scalar(avro_scalar(json)));

-- The records of a list, list and records wrapped or not; what is no record is left out.
create or replace macro avro_records(json) as
    filter(transform(json_items(avro(json)), listed -> avro(listed)), listed -> startswith(listed, '{'));

-- A field of a record that may be wrapped, as JSON.
create or replace macro avro_field(json, field) as
    try_element_at(json_map(avro(json)), field);

-- A field of a record that may be wrapped, as an id, name or enum.
create or replace macro avro_field_name(json, field) as
    avro_name(avro_field(json, field));

-- What a field is over an array of records where it is no scalar in one of them: '(object)' or '(list)'.
create or replace macro avro_first_kind(records, field) as
    get(
        filter(
            transform(records, one_record -> json_shape(avro(avro_field(one_record, field)))),
            found -> found <> '(scalar)'
        ),
        0
    );

-- The first value of a field over an array of records that is no sentinel.
create or replace macro avro_first_name(records, field) as
    get(filter(transform(records, one_record -> avro_field_name(one_record, field)), found -> found is not null), 0);

{%- endmacro %}
