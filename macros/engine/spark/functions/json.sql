{#-
    Functions that read JSON, on Spark, where a "json" is marked text: Spark's parsers would write numbers anew and take
    the marks off strings. A string is a quotation mark and then its characters, a number is its characters, true and
    false are words; a list or an object is JSON text whose scalars are marked so, as strings. Null is SQL null.
-#}
{% macro spark__json_functions() -%}

-- JSON text with its scalars marked. Escapes are set aside, then strings that are no keys and numbers are found.
create or replace macro json_marked(text) as
    replace(replace(replace(replace(replace(replace(replace(
        regexp_replace(
            replace(replace(text, '\\', char(1)), '\"', char(2)),
            '("[^"]*+"\s*+:)|"([^"]*+")|(-?(?:[0-9][0-9.eE+-]*+|NaN|Infinity))',
            '$1' || char(3) || '$2' || char(4) || '$3' || char(5)
        ),
        char(3) || char(4) || char(5), ''), '"' || char(4) || char(5), '"'), char(3) || char(4), '"'),
        char(5), '"'), char(3), '"\"'), char(2), '\"'), char(1), '\\');

-- An object's keys and values in their order; null for anything else.
create or replace macro json_map(json) as
    from_json(json, 'map<string, string>');

-- Whether a text is JSON: the one item of a list before another that nobody writes. Half of a surrogate pair is none.
create or replace macro json_is_valid(text) as
    coalesce(
        instr(text, char(6)) = 0
        and try_element_at(from_json(
            '[' || text || ',"' || char(6) || '"]',
            'array<string>',
            map('allowSingleQuotes', 'false', 'allowUnquotedControlChars', 'true', 'maxNumLen', '1000000')
        ), 2) = char(6)
        -- what is left of a text when all strings without control characters are gone has no quotation mark
        and instr(regexp_replace(replace(replace(text, '\\', ''), '\"', ''), '"[^"\x00-\x1f]*+"', ''), '"') = 0
        and not replace(text, '\\', '') rlike '(?i:\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f])',
        false
    );

-- Whether a JSON value is an object.
create or replace macro json_is_object(json) as
    startswith(json, '{');

-- Whether a JSON value is a list.
create or replace macro json_is_list(json) as
    startswith(json, '[');

-- A JSON list as an array of JSON values; empty for anything else.
create or replace macro json_items(json) as
    coalesce(case when startswith(json, '[') then from_json(json, 'array<string>') end, cast(array() as array<string>));

-- The first JSON value at a path that may lead to several: every key where it has an asterisk.
create or replace macro json_first_at(json, path) as
    get(
        filter(
            transform(
                map_values(json_map(get_json_object(json, rtrim('.', substring_index(path, '*', 1))))),
                below -> get_json_object(below, '$' || substring_index(path, '*', -1))
            ),
            below -> below is not null
        ),
        0
    );

-- The first key of a JSON object; null for anything else.
create or replace macro json_first_key(json) as
    get(map_keys(json_map(json)), 0);

-- A double as DuckDB writes it in JSON: plainly from 0.000001 to below 10^21, with an exponent elsewhere.
create or replace macro json_double_text(number) as
    case
        when abs(number) >= 1e21 or abs(number) < 0.000001 then replace(replace(cast(number as string), '.0E', 'E'), 'E', 'e')
        -- as many places as the digits of a double take there
        when abs(number) >= 1
            then regexp_replace(cast(cast(number as decimal(38, 16)) as string), '(\.[0-9]+?)0+\z', '$1')
        else regexp_replace(cast(cast(number as decimal(38, 24)) as string), '(\.[0-9]+?)0+\z', '$1')
    end;

-- A number as DuckDB writes it: without zeroes at the end and with a point where it was written with one.
create or replace macro json_number_text(json) as
    case
        when json = '-0' then '0'
        when json rlike '^-?[0-9]+\z' or json in ('true', 'false') then json
        when json rlike '^-?[0-9]{1,9}\.[0-9]{1,6}\z' then regexp_replace(json, '(\.[0-9]+?)0+\z', '$1')
        when abs(try_cast(json as double)) < double('Infinity') then json_double_text(try_cast(json as double))
        else json
    end;

-- The characters of a JSON scalar (string, number, boolean); null for null, lists and objects.
create or replace macro json_scalar(json) as
    case left(json, 1)
        when '"' then substring(json, 2)
        when '{' then null
        when '[' then null
        else json_number_text(json)
    end;

-- The characters of a JSON string; null for everything else, numbers included.
create or replace macro json_text(json) as
    case when startswith(json, '"') then substring(json, 2) end;

-- A JSON scalar as an id, name or enum: its characters, those of a whole number without point, with sentinels as null.
create or replace macro json_name(json) as
    null_if_sentinel(
        case left(json, 1)
            when '"' then substring(json, 2)
            when '{' then null
            when '[' then null
            else whole_number(json_number_text(json))
        end
    );

-- What a JSON value is: '(object)', '(list)' or '(scalar)'; null for null.
create or replace macro json_shape(json) as
    case
        when json_is_object(json) then '(object)'
        when json_is_list(json) then '(list)'
        when json is not null then '(scalar)'
    end;

{{ json_scalar_functions() }}

{%- endmacro %}
