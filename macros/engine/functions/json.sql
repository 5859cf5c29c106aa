{#-
    Functions that read JSON. A "json" is a parsed JSON value or SQL null; text is a JSON string's own characters.
-#}
{% macro duckdb__json_functions() -%}

-- Whether a text is JSON.
create or replace macro json_is_valid(text) as
    try_cast(text as json) is not null;

-- Whether a JSON value is an object.
create or replace macro json_is_object(json) as
    starts_with(cast(json as varchar), '{');

-- Whether a JSON value is a list.
create or replace macro json_is_list(json) as
    starts_with(cast(json as varchar), '[');

-- A JSON list as an array of JSON values; empty for anything else.
create or replace macro json_items(json) as
    coalesce(from_json(json, '["JSON"]'), []);

-- The first JSON value at a path that may lead to several.
create or replace macro json_first_at(json, path) as
    json_extract(json, path)[1];

-- The first key of a JSON object; null for anything else.
create or replace macro json_first_key(json) as
    case when json_is_object(json) then json_keys(json)[1] end;

-- The characters of a JSON scalar (string, number, boolean); null for null, lists and objects.
create or replace macro json_scalar(json) as
    case when left(json, 1) not in ('{', '[') then json_extract_string(json, '$') end;

-- The characters of a JSON string; null for everything else, numbers included.
create or replace macro json_text(json) as
    case when left(json, 1) = '"' then json_extract_string(json, '$') end;

-- A JSON scalar as an id, name or enum: its characters, those of a whole number without point, with sentinels as null.
create or replace macro json_name(json) as
    null_if_sentinel(
        case left(json, 1)
            when '"' then json_extract_string(json, '$')
            when '{' then null
            when '[' then null
            else whole_number(cast(json as varchar))
        end
    );

-- What a JSON value is: '(object)', '(list)' or '(scalar)'; null for null.
create or replace macro json_shape(json) as
    case
        when json_is_object(json) then '(object)'
        when json_is_list(json) then '(list)'
        when left(json, 1) <> 'n' then '(scalar)'
    end;

{{ json_scalar_functions() }}

{%- endmacro %}
