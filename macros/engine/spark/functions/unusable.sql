{#- Functions that say which value of a field cannot be used, on Spark (see macros/engine/functions/unusable.sql). -#}
{% macro spark__unusable_functions() -%}

-- A value of a field with its problem, 100 characters of it at most.
create or replace macro unusable_value(field, problem, value) as
    named_struct('field', field, 'problem', problem, 'value', left(cast(value as string), 100));

-- A name that is none of the known ones.
create or replace macro unknown_value(field, name, known) as
    unusable_value(field, 'unknown_value', case when not array_contains(known, name) then name end);

{{ scalar_checks() }}

-- A value that is there in another shape than the one that is read: '(list)', '(object)' or '(scalar)'.
create or replace macro misshapen(field, json, shape) as
    unusable_value(field, 'unknown_value', get(filter(array(json_shape(json)), found -> found <> shape), 0));

-- The same of fields of a JSON object, as an array of such structs.
create or replace macro json_misshapen(json, fields, shape) as
    transform(fields, field -> misshapen(field, try_element_at(json_map(json), field), shape));

-- Those of an array of lists of such structs that say something, as one array.
create or replace macro values_found(values_listed) as
    filter(flatten(filter(values_listed, listed -> listed is not null)), found -> found.value is not null);

{%- endmacro %}
