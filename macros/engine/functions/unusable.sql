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

{{ scalar_checks() }}

-- A value that is there in another shape than the one that is read: '(list)', '(object)' or '(scalar)'.
create or replace macro misshapen(field, json, shape) as
    unusable_value(field, 'unknown_value', list_filter([json_shape(json)], lambda found: found <> shape)[1]);

-- The same of fields of a JSON object, as an array of such structs.
create or replace macro json_misshapen(json, fields, shape) as
    list_transform(
        list_zip(fields, json_type(json, fields)),
        lambda typed: unusable_value(typed[1], 'unknown_value', list_filter(
            [case typed[2] when 'OBJECT' then '(object)' when 'ARRAY' then '(list)' when 'NULL' then null else '(scalar)' end],
            lambda found: typed[2] is not null and found <> shape
        )[1])
    );

-- Those of an array of lists of such structs that say something, as one array.
create or replace macro values_found(values_listed) as
    list_filter(flatten(values_listed), lambda found: found.value is not null);

{%- endmacro %}
